import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type FileHandle, open } from "node:fs/promises";
import type { Socket } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Server, ServerStart } from "./server.ts";
import { unprivileged } from "./unprivileged.ts";
import { lastLines, untilReady } from "./until-ready.ts";

export interface ServerOptions extends Omit<ServerStart, "arguments"> {
  /** From `serverDirectory`; removed when the server ends. */
  readonly directory: string;
  readonly command: readonly string[];
  readonly startSeconds?: number;
}

const guard = fileURLToPath(new URL("guard.sh", import.meta.url));

/**
 * Starts a server that ends with this process at the latest, and resolves once it is ready.
 * Throws with the end of the server's log when it exits or does not get ready in time (30 s by default).
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  // Kept open: the last words of a server that failed outlive its directory.
  const output = await open(join(options.directory, "server.log"), "a+", 0o600);
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
  return { directory: options.directory, log: () => readAll(output), [Symbol.asyncDispose]: stop };
}

async function spawnGuarded(options: ServerOptions, output: FileHandle): Promise<ChildProcess> {
  const command = unprivileged(options.command);
  const child = spawn("sh", [guard, options.directory, options.stopSignal ?? "TERM", ...command], {
    // Its own process group: Ctrl-C reaches the tests only, which then stop it in order.
    detached: true,
    cwd: options.directory,
    env: { PATH: process.env.PATH, LANG: "C.UTF-8", TZ: "UTC", ...options.env },
    stdio: ["pipe", output.fd, output.fd],
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
