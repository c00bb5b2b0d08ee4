import type { TestProject } from "vitest/node";
import type {} from "../../harness/services/vitest.ts";
import { startWithCharts } from "./start-with-charts.ts";

/** One API server with both charts for all test files of the project. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const kubernetes = await startWithCharts();
  const { url, ca, adminToken, kubeconfigPath } = kubernetes;
  project.provide("kubernetes", { url, ca, adminToken, kubeconfigPath });
  return async () => kubernetes[Symbol.asyncDispose]();
}
