import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { parse } from "yaml";
import { startKubernetes } from "../../e2e/services/kubernetes.ts";
import { ApiServer } from "./api-server.ts";
import { establish } from "./establish.ts";

declare module "vitest" {
  interface ProvidedContext {
    kubeconfig: string;
  }
}

const crds = join(import.meta.dirname, "..");

/** One API server with the CRDs for all test files of a project. */
export default async function startApiServer(project: TestProject): Promise<() => Promise<void>> {
  const kubernetes = await startKubernetes();
  try {
    await using api = await ApiServer.from(kubernetes.kubeconfigPath);
    for (const file of (await readdir(crds)).filter((name) => name.endsWith(".yaml")))
      await establish(api, parse(await readFile(join(crds, file), "utf8")));
  } catch (error) {
    await kubernetes[Symbol.asyncDispose]();
    throw error;
  }
  project.provide("kubeconfig", kubernetes.kubeconfigPath);
  return () => kubernetes[Symbol.asyncDispose]();
}
