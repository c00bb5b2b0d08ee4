import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { withLock } from "../machine/lock.ts";
import { noteUse } from "../machine/note-use.ts";
import { about, type Progress } from "../machine/progress.ts";
import { binaryDirectory } from "./binary-directory.ts";
import { type Build, moduleDirectory } from "./builds.ts";
import { goArguments, goEnvironment } from "./go-arguments.ts";
import { goCommand } from "./go-command.ts";

/**
 * Builds, in order, the programs that are not in the cache.
 * @throws an Error with the compiler's last lines when a build fails, or with how to install Go.
 */
export async function buildBinaries(builds: readonly Build[], progress: Progress): Promise<void> {
  for (const [done, build] of builds.entries()) {
    if (isBuilt(build)) {
      await noteUse(binaryDirectory(build.module));
      continue;
    }
    const prefix = `${done + 1} of ${builds.length}: ${build.name}`;
    const report: Progress = (message) => progress(`${prefix}: ${message}`);
    await withLock(`${binaryDirectory(build.module)}.lock`, report, async () => {
      if (!isBuilt(build)) await compile(build, report);
    });
  }
}

function isBuilt(build: Build): boolean {
  return [...build.outputs, ...(build.links ?? [])].every((name) =>
    existsSync(join(binaryDirectory(build.module), name)),
  );
}

/** Compiles into a separate folder and moves the results at the end, so that cached files are always complete. */
async function compile(build: Build, progress: Progress): Promise<void> {
  const target = binaryDirectory(build.module);
  mkdirSync(target, { recursive: true });
  const work = mkdtempSync(`${target}.building-`);
  try {
    await goBuild(build, work, progress);
    for (const name of build.outputs) renameSync(join(work, name), join(target, name));
    for (const name of build.links ?? []) link(build.outputs[0] as string, join(target, name));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function goBuild(build: Build, work: string, progress: Progress): Promise<void> {
  const options = { cwd: moduleDirectory(build.module), env: goEnvironment(build) };
  const go = await goCommand(progress);
  progress("fetching its modules and counting the packages to compile");
  const total = await countStale(go, build, options).catch((cause: Error & { stderr?: string }) => {
    throw new Error(
      `The modules of ${build.name} could not be fetched:\n${lastLines(cause.stderr ?? cause.message)}`,
      { cause },
    );
  });
  const output = build.outputs.length === 1 ? join(work, build.outputs[0] as string) : `${work}/`;
  const compiler = execa(go, ["build", "-v", "-o", output, ...goArguments(build)], options);
  const started = Date.now();
  const compiled = new Set<string>();
  const tell = () => progress(remaining(compiled.size, total, (Date.now() - started) / 1000, build));
  const ticker = setInterval(tell, 5000);
  try {
    for await (const line of compiler.iterable({ from: "stderr" })) {
      compiled.add(line);
    }
    await compiler;
  } catch (error) {
    // A line with more than one word is a message; one word is the name of a package.
    const messages = [...compiled].filter((line) => line.includes(" "));
    throw new Error(`Building ${build.name} failed:\n${lastLines(messages.join("\n"))}`, { cause: error });
  } finally {
    clearInterval(ticker);
  }
}

function lastLines(text: string): string {
  return text.trimEnd().split("\n").slice(-15).join("\n");
}

/** The number of packages that Go would compile now. */
async function countStale(
  go: string,
  build: Build,
  options: { cwd: string; env: Record<string, string> },
): Promise<number> {
  const format = "{{if and .Stale (not .Standard)}}{{.ImportPath}}{{end}}";
  const { stdout } = await execa(go, ["list", "-deps", "-f", format, ...goArguments(build)], options);
  return stdout.split("\n").filter(Boolean).length;
}

/** Packages differ in size, so at first the measured time of a cold build is the better estimate. */
export function remaining(compiled: number, total: number, elapsed: number, build: Build): string {
  if (total - compiled <= build.packages.length) return `linking, ${about(20)}`;
  const share = compiled / total;
  const byShare = share > 0 ? (elapsed / share) * (1 - share) : build.coldSeconds;
  const byMeasure = Math.max(5, build.coldSeconds - elapsed);
  const guess = share * byShare + (1 - share) * byMeasure;
  return `${compiled.toLocaleString("en")} of ${total.toLocaleString("en")} packages, ${about(guess)} left`;
}

function link(name: string, path: string): void {
  rmSync(path, { force: true });
  symlinkSync(name, path);
}
