import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { coverageEnvironment } from "../coverage/coverage-environment.ts";

/** The steps of a worker at which it can be killed. */
export const steps = [
  "before it takes the job",
  "after it has taken the job",
  "before the handler's write",
  "after the handler's write",
  "before the commit",
  "after the commit",
] as const;

/** The settings of a worker's process. Without a step it works until it is ended. */
export interface KilledWorker {
  readonly login: { readonly user: string; readonly password: string };
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly ca: string;
  readonly step?: (typeof steps)[number];
}

export const effectInput = z.object({ id: z.string() });

/** A worker of jobs as a process. */
export interface WorkerProcess extends AsyncDisposable {
  /** Waits for this line of its output. */
  said(line: string): Promise<void>;
  /** Kills it with SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
}

export function startJobWorker(settings: KilledWorker): WorkerProcess {
  const child = spawn(process.execPath, [join(import.meta.dirname, "job-worker-main.ts")], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { PATH: process.env.PATH, ...coverageEnvironment(), WORKER: JSON.stringify(settings) },
  });
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on("line", (line) => void lines.push(line));
  const exited = once(child, "exit");
  const kill = async () => {
    child.kill("SIGKILL");
    await exited;
  };
  return {
    async said(line) {
      while (!lines.includes(line)) await Promise.race([once(reader, "line"), failing(child, exited, lines)]);
    },
    kill,
    [Symbol.asyncDispose]: kill,
  };
}

async function failing(
  child: ChildProcess,
  exited: Promise<unknown>,
  lines: readonly string[],
): Promise<never> {
  await exited;
  throw new Error(`the worker ended with ${child.exitCode ?? child.signalCode} after: ${lines.join(", ")}`);
}
