import { join } from "node:path";
import { z } from "zod";
import { configFolder, configPaths, runFolder, runPaths } from "../../../../contract/mounts.ts";
import { type PodRole, podRoles, roleVariable } from "../../../../contract/pod-role.ts";
import { type TenantFile, tenantFile } from "../../../../contract/tenant-file.ts";
import { readJsonFile } from "../../../../process/files/json-file.ts";
import { parsedBy } from "../../../../process/files/parsed-by.ts";
import { logLevels } from "../../../../process/log.ts";

const environment = z.object({
  POD_NAME: z.string().default(""),
  POD_NAMESPACE: z.string().default(""),
  LOG_LEVEL: z.enum(logLevels).default("info"),
  DOTMAC_CONFIG_DIR: z.string().startsWith("/", "write an absolute path").default(configFolder),
  [roleVariable]: z.enum(podRoles).optional(),
  DOTMAC_RUN_DIR: z.string().startsWith("/", "write an absolute path").default(runFolder),
});

/** The configuration that the process reads before it opens anything. Secrets are read where they are used. */
export interface Config extends TenantFile {
  readonly pod: { readonly name: string; readonly namespace: string };
  readonly logLevel: (typeof logLevels)[number];
  /** Without a role the process serves the API and does jobs. */
  readonly role: PodRole | undefined;
  readonly paths: {
    readonly ca: string;
    readonly secrets: string;
    readonly tls: string;
    readonly vaultToken: string;
    readonly egressToken: string;
  };
}

/** Reads the environment and tenant.json. Throws FileFault with all faults in one line. */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  const settings = parsedBy(environment, env, "environment");
  const { DOTMAC_CONFIG_DIR: configDir, DOTMAC_RUN_DIR: runDir } = settings;
  return {
    ...readJsonFile(join(configDir, configPaths.tenantFile), tenantFile),
    pod: { name: settings.POD_NAME, namespace: settings.POD_NAMESPACE },
    logLevel: settings.LOG_LEVEL,
    role: settings[roleVariable],
    paths: {
      ca: join(configDir, configPaths.ca),
      secrets: join(runDir, runPaths.secrets),
      tls: join(runDir, runPaths.tls),
      vaultToken: join(runDir, runPaths.vaultToken),
      egressToken: join(runDir, runPaths.egressToken),
    },
  };
}
