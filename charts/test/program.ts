import { execFile } from "node:child_process";
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { cachedBinary } from "../../harness/binaries/cached-binary.ts";

export const operatorChart = join(import.meta.dirname, "../operator");
export const crdsChart = join(import.meta.dirname, "../crds");

const execute = promisify(execFile);

/** Runs helm or kubectl without this user's settings. Resolves to its output. */
export async function run(
  program: "helm" | "kubectl",
  args: readonly string[],
  { kubeconfig = "/dev/null", input }: { kubeconfig?: string; input?: string } = {},
): Promise<string> {
  await using home = await mkdtempDisposable(join(tmpdir(), `${program}-`));
  const running = execute(await cachedBinary(program), args, {
    env: { HOME: home.path, PATH: process.env.PATH, KUBECONFIG: kubeconfig },
    maxBuffer: 16 * 1024 * 1024,
  });
  running.child.stdin?.end(input);
  return (await running).stdout;
}

/** The only required value of the operator's chart. */
export const requiredSetting = "config.route.className=public";

/** The operator chart's manifests with these `--set` assignments. */
export function render(settings: readonly string[] = [], namespace = "dotmac-system"): Promise<string> {
  const flags = [requiredSetting, ...settings].flatMap((assignment) => ["--set", assignment]);
  return run("helm", ["template", "dotmac", operatorChart, "--namespace", namespace, ...flags]);
}
