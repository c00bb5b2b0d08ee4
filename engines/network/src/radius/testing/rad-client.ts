import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { debianProgram } from "../../../../../harness/machine/debian-program.ts";
import { known } from "./free-radius.ts";

/** The reply as radclient printed it after verification, and whether it was an acceptance. */
export interface RadClientAnswer {
  readonly printed: string;
  readonly accepted: boolean;
}

/** Starts radclient with a request to a server on loopback that answers with this function. */
export async function radClient(
  kind: "auth" | "acct" | "coa" | "disconnect" | "status",
  attributes: readonly string[],
  answer: (request: Uint8Array) => Uint8Array | undefined,
): Promise<RadClientAnswer> {
  const program = await debianProgram("/usr/bin/radclient", "freeradius-utils");
  const server = createSocket("udp4").bind(0, "127.0.0.1");
  await once(server, "listening");
  server.on("message", (request, { port, address }) => {
    const reply = answer(Uint8Array.from(request));
    if (reply !== undefined) server.send(reply, port, address);
  });
  try {
    const place = `127.0.0.1:${server.address().port}`;
    const options = ["-x", "-r", "1", "-t", "3", "-D", "/usr/share/freeradius", place, kind, known.secret];
    const child = spawn(program, options, { stdio: ["pipe", "pipe", "pipe"] });
    child.stdin.end(`${attributes.join("\n")}\n`);
    const ended = once(child, "exit");
    const [printed, faults] = await Promise.all([text(child.stdout), text(child.stderr)]);
    const [status] = await ended;
    return { printed: printed + faults, accepted: status === 0 };
  } finally {
    server.close();
  }
}
