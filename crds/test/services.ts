import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { parse } from "yaml";
import { startKubernetes } from "../../harness/services/kubernetes.ts";
import type {} from "../../harness/services/vitest.ts";
import { ApiServer } from "./api-server.ts";
import { establish } from "./establish.ts";

const crds = join(import.meta.dirname, "..");

/** One API server with the CRDs for all test files of a project. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await using servers = new AsyncDisposableStack();
  const { url, ca, adminToken, kubeconfigPath } = servers.use(await startKubernetes());
  const connection = { url, ca, adminToken, kubeconfigPath };
  await using api = new ApiServer(connection, { token: adminToken });
  for (const file of (await readdir(crds)).filter((name) => name.endsWith(".yaml")))
    await establish(api, parse(await readFile(join(crds, file), "utf8")));
  project.provide("kubernetes", connection);
  const running = servers.move();
  return () => running.disposeAsync();
}
