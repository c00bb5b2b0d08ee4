import { once } from "node:events";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { apiPort } from "../../contract/runtime-ports.ts";

/** The options of `make dev`. */
export interface DevOptions {
  /** The port of the ISP's API. */
  readonly port: number;
  /** The folder that keeps the data. Absent: the data are deleted at the end. */
  readonly data: string | undefined;
}

/** Reads `PORT` and `DATA`. @throws an Error with the correct form */
export function readDevOptions(env: NodeJS.ProcessEnv): DevOptions {
  const { PORT = "", DATA = "" } = env;
  return {
    port: PORT === "" ? apiPort : portOf(PORT),
    data: DATA === "" ? undefined : resolve(DATA),
  };
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new Error(`PORT is "${text}": write a port from 1 to 65535, as in make dev PORT=8444.`);
}

/** @throws an Error when another program listens on the port */
export async function requirePort(port: number): Promise<void> {
  const probe = createServer();
  try {
    await once(probe.listen(port), "listening");
  } catch (cause) {
    throw new Error(portFault(port, cause as NodeJS.ErrnoException), { cause });
  }
  probe.close();
  await once(probe, "close");
}

function portFault(port: number, { code, message }: NodeJS.ErrnoException): string {
  if (code === "EADDRINUSE") {
    return (
      `Another program listens on port ${port}: \`ss -ltnp sport = :${port}\` shows it. Stop it, or choose another port, ` +
      `as in make dev PORT=${port === 65_535 ? apiPort : port + 1}.`
    );
  }
  if (code === "EACCES")
    return `Only root may listen on port ${port}: choose one above 1023, as in make dev PORT=${apiPort}.`;
  return `Port ${port} cannot be listened on: ${message}. Choose another, as in make dev PORT=${apiPort}.`;
}

/** The file that marks a folder of `make dev`. */
const mark = ".dotmac-dev";

/**
 * Creates the folder for the data, or recognises an existing one.
 * @throws an Error when it holds foreign files
 */
export async function requireDataFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const found = await readdir(folder);
  if (found.length > 0 && !found.includes(mark)) {
    throw new Error(
      `Expected an empty folder or one of an earlier make dev in ${folder}, found ${found.slice(0, 3).join(", ")}: ` +
        "name another, as in make dev DATA=/tmp/north.",
    );
  }
  await writeFile(
    join(folder, mark),
    "The data of `make dev`: delete the folder when you no longer need them.\n",
  );
}
