import { tenantFileName } from "./tenant-file.ts";

/** The folder of a pod's configuration. `DOTMAC_CONFIG_DIR` replaces it, for tests. */
export const configFolder = "/etc/dotmac";

/** The folder of the files that a pod follows. `DOTMAC_RUN_DIR` replaces it, for tests. */
export const runFolder = "/var/run/dotmac";

/** The paths of a pod's files below {@link configFolder}. */
export const configPaths = { tenantFile: tenantFileName, ca: "ca/ca.crt" } as const;

/** The paths of a pod's files below {@link runFolder}. A token's folder has the name of its audience. */
export const runPaths = {
  secrets: "secrets",
  tls: "tls",
  vaultToken: "vault/token",
  egressToken: "egress/token",
} as const;
