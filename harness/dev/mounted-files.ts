import { configPaths, runPaths } from "../../contract/mounts.ts";
import { objectNames, platformCaKey } from "../../contract/object-names.ts";
import { tenantFileName } from "../../contract/tenant-file.ts";
import { type ConfigMap, kinds, type Secret } from "../../operator/src/kubernetes/objects/kinds.ts";
import type { MemoryCluster } from "./memory-cluster.ts";

/** The files of a pod by their paths below one folder, with `etc` for /etc/dotmac and `run` for /var/run/dotmac. */
export type MountedFiles = Readonly<Record<string, string>>;

/** The files that every pod of the namespace mounts, and those of the Secret of that name. */
export function mountedFiles(
  cluster: MemoryCluster,
  namespace: string,
  secretName: "runtime" | "migrator",
): MountedFiles {
  const configMap = (name: string) => required(cluster.read(kinds.configMap, { namespace, name }), name);
  const config: ConfigMap = configMap(objectNames.runtime);
  const ca: ConfigMap = configMap(objectNames.platformCa);
  const secret: Secret = required(cluster.read(kinds.secret, { namespace, name: secretName }), secretName);
  const secrets = Object.entries(secret.data ?? {}).map(([name, value]) => [
    `run/${runPaths.secrets}/${name}`,
    decode(value),
  ]);
  return {
    [`etc/${configPaths.tenantFile}`]: config.data?.[tenantFileName] ?? "",
    [`etc/${configPaths.ca}`]: ca.data?.[platformCaKey] ?? "",
    ...Object.fromEntries(secrets),
  };
}

/** The variables that tell a program of the image to read its files below another folder. */
export function mountEnvironment(folder: string): Readonly<Record<string, string>> {
  return { DOTMAC_CONFIG_DIR: `${folder}/etc`, DOTMAC_RUN_DIR: `${folder}/run` };
}

export function decode(base64: string | undefined): string {
  return Buffer.from(base64 ?? "", "base64").toString("utf8");
}

function required<T>(object: T | undefined, name: string): T {
  if (object === undefined) throw new TypeError(`Expected the operator's steps to have written ${name}.`);
  return object;
}
