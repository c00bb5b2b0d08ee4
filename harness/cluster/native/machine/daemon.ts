import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isAlive, processIdentity } from "../../../machine/process-identity.ts";
import { paths } from "../state/layout.ts";
import type { RecordedProcess } from "../state/state.ts";

/** A program that outlives the command that started it. */
export interface Daemon {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts it in its own session, so that neither a closed terminal nor Ctrl-C reaches it. */
export async function startDaemon(daemon: Daemon): Promise<RecordedProcess> {
  mkdirSync(paths.logs, { recursive: true });
  const log = openSync(logOf(daemon.name), "a");
  try {
    const child = spawn(daemon.command, daemon.args, {
      detached: true,
      cwd: "/",
      stdio: ["ignore", log, log],
      env: { ...process.env, ...daemon.env },
    });
    await new Promise<void>((resolve, reject) => child.once("spawn", resolve).once("error", reject));
    child.unref();
    const identity = child.pid === undefined ? undefined : processIdentity(child.pid);
    if (identity === undefined) throw new Error(`${daemon.name} ended at once. ${lastWords(daemon.name)}`);
    return { name: daemon.name, ...identity };
  } finally {
    closeSync(log);
  }
}

/** Asks it to end, waits for its end, and kills it after the grace period. */
export async function stopDaemon(recorded: RecordedProcess, graceSeconds = 15): Promise<void> {
  signal(recorded, "SIGTERM");
  const deadline = Date.now() + graceSeconds * 1000;
  while (isAlive(recorded)) {
    if (Date.now() > deadline) signal(recorded, "SIGKILL");
    await delay(50);
  }
}

/** Checks the process's identity, so that a later process with the same pid is never signalled. */
function signal(recorded: RecordedProcess, name: NodeJS.Signals): void {
  if (!isAlive(recorded)) return;
  try {
    process.kill(recorded.pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function logOf(name: string): string {
  return join(paths.logs, `${name}.log`);
}

/** The end of its log, for error messages. */
export function lastWords(name: string, lines = 12): string {
  let text: string;
  try {
    text = readFileSync(logOf(name), "utf8");
  } catch {
    return `${logOf(name)} is empty.`;
  }
  return `The end of ${logOf(name)}:\n${text.trimEnd().split("\n").slice(-lines).join("\n")}`;
}
