import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type FileHandle, open, rm } from "node:fs/promises";
import type { Socket } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Server, ServerStart } from "./server.ts";
import { unprivileged } from "./unprivileged.ts";
import { lastLines, untilReady } from "./until-ready.ts";

export interface ServerOptions extends Omit<ServerStart, "arguments"> {
  /** From `serverDirectory`. Removed at the end of the server, unless it is kept. */
  readonly directory: string;
  readonly command: readonly string[];
  /** Keeps the directory at the end of the server. */
  readonly keep?: boolean;
  /** The server's output: its log, or this process's own output. */
  readonly output?: "log" | "inherit";
  readonly startSeconds?: number;
}

/** A server whose end can be awaited. */
export interface StartedServer extends Server {
  ended(): Promise<void>;
}

const guard = fileURLToPath(new URL("guard.sh", import.meta.url));

/**
 * Starts a server that ends with this process at the latest. Resolves when it is ready.
 * Throws with the end of the server's log when it exits or is not ready in time (30 s by default).
 */
export async function startServer(options: ServerOptions): Promise<StartedServer> {
  // Kept open, so that the output of a failed server outlives its directory.
  const logFile = join(options.directory, "server.log");
  if (options.keep) await rm(logFile, { force: true });
  const output = await open(logFile, "a+", 0o600);
  const child = await spawnGuarded(options, output);
  const ended = once(child, "exit");
  const stop = async () => {
    child.ref();
    child.stdin?.end();
    await ended;
    await output.close();
  };
  try {
    await untilReady({
      seconds: options.startSeconds ?? 30,
      ready: options.ready,
      ended: async () => child.signalCode ?? child.exitCode ?? undefined,
    });
  } catch (cause) {
    const log = await readAll(output);
    await stop();
    throw new Error(`${options.name} did not start: ${String(cause)}\n${lastLines(log)}`, { cause });
  }
  return {
    directory: options.directory,
    log: () => readAll(output),
    ended: () => ended.then(() => {}),
    [Symbol.asyncDispose]: stop,
  };
}

async function spawnGuarded(options: ServerOptions, output: FileHandle): Promise<ChildProcess> {
  const command = unprivileged(options.command);
  const { directory, keep = false, stopSignal = "TERM" } = options;
  const stream = options.output === "inherit" ? "inherit" : output.fd;
  const child = spawn("sh", [guard, directory, keep ? "keep" : "remove", stopSignal, ...command], {
    // In its own process group: Ctrl-C reaches only the tests, which then stop it in order.
    detached: true,
    cwd: directory,
    env: { PATH: process.env.PATH, LANG: "C.UTF-8", TZ: "UTC", ...options.env },
    stdio: ["pipe", stream, stream],
  });
  await once(child, "spawn");
  child.unref();
  (child.stdin as Socket).unref();
  return child;
}

async function readAll(file: FileHandle): Promise<string> {
  const { size } = await file.stat();
  const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, 0);
  return buffer.toString("utf8", 0, bytesRead);
}
