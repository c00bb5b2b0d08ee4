import { join } from "node:path";
import type { WrittenTenantFile } from "../../contract/tenant-file.ts";
import type { Blueprint } from "../../operator/src/tenant/model/blueprint.ts";
import { certify } from "../authority/certify.ts";
import { checkout } from "../machine/directories.ts";
import { answersOk } from "../services/network/answers-ok.ts";
import { serverDirectory, writeFiles } from "../services/process/server-directory.ts";
import { type StartedServer, startServer } from "../services/process/start-server.ts";
import type { DevPlatform } from "./dev-platform.ts";
import { type MountedFiles, mountEnvironment, mountedFiles } from "./mounted-files.ts";

/** Starts the runtime from this checkout, with the output of this process. Resolves when it serves its API. */
export async function startDevRuntime(
  platform: DevPlatform,
  { names: { namespace } }: Blueprint,
  port: number,
): Promise<StartedServer> {
  const directory = await serverDirectory("tenant-runtime");
  await writeFiles(directory, await runtimeFiles(platform, namespace, port));
  return startServer({
    name: "tenant-runtime",
    directory,
    command: [process.execPath, join(checkout, "tenant-runtime/src/main.ts")],
    output: "inherit",
    env: {
      ...mountEnvironment(directory),
      POD_NAME: "make-dev",
      POD_NAMESPACE: namespace,
      LOG_LEVEL: process.env.LOG_LEVEL ?? "info",
      NODE_OPTIONS: "--disable-warning=ExperimentalWarning",
    },
    ready: () =>
      answersOk(`https://localhost:${port}/api/v1/openapi.json`, { ca: platform.authority.certificate }),
  });
}

async function runtimeFiles(
  { authority, cluster, tokens }: DevPlatform,
  namespace: string,
  port: number,
): Promise<MountedFiles> {
  const files = mountedFiles(cluster, namespace, "runtime");
  const { certificate, key } = await certify(authority);
  return {
    ...files,
    "etc/tenant.json": onThisMachine(files["etc/tenant.json"] ?? "", port),
    "run/tls/tls.crt": certificate,
    "run/tls/tls.key": key,
    "run/vault/token": tokens.issue({ namespace, name: "runtime" }),
  };
}

/** Settings without a lame-duck period, because nothing routes to it, and without an egress proxy. */
function onThisMachine(tenantFile: string, port: number): string {
  const { egress, ...file } = JSON.parse(tenantFile) as WrittenTenantFile;
  return JSON.stringify({
    ...file,
    api: { port, managementPort: 0 },
    shutdown: { lameDuckSeconds: 0, requestGraceSeconds: 2 },
  });
}
