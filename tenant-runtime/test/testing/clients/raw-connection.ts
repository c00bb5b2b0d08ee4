import { once } from "node:events";
import { connect } from "node:tls";
import type { RuntimeProcess } from "../process/runtime-process.ts";
import { until } from "../process/until.ts";

/** A TLS connection on which a test writes HTTP directly. */
export interface RawConnection extends Disposable {
  send(text: string): void;
  /** Waits until the received text contains this text. */
  receive(text: string): Promise<void>;
  /** The whole received text, after the server has closed. */
  readonly whole: Promise<string>;
}

export async function openRaw(runtime: RuntimeProcess): Promise<RawConnection> {
  const socket = connect({
    host: "localhost",
    port: await runtime.port("api"),
    ca: runtime.authority.certificate,
  });
  let received = "";
  socket.setEncoding("utf8").on("data", (text) => {
    received += text;
  });
  const closed = Promise.withResolvers<string>();
  socket.on("error", closed.reject).on("close", () => closed.resolve(received));
  // Prevents an unhandled rejection in tests that do not await the end.
  closed.promise.catch(() => {});
  await once(socket, "secureConnect");
  return {
    send: (text) => void socket.write(text),
    receive: async (text) =>
      void (await until(
        () => received,
        () => received.includes(text),
      )),
    whole: closed.promise,
    [Symbol.dispose]: () => void socket.destroy(),
  };
}

/** One answer that was read from a connection. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Splits a server's output into its answers by their Content-Length or chunks. Throws if an answer is incomplete. */
export function answersIn(received: string): RawAnswer[] {
  if (received === "") return [];
  const [, status, lines, rest] = /^HTTP\/1\.1 (\d{3}) [^\r]*\r\n(.*?)\r\n\r\n(.*)$/s.exec(received) ?? [];
  if (lines === undefined || rest === undefined) throw new Error(`no answer: ${JSON.stringify(received)}`);
  const headers = Object.fromEntries(
    lines.split("\r\n").map((line) => {
      const [, name = "", value = ""] = /^([^:]+): ?(.*)$/.exec(line) ?? [];
      return [name.toLowerCase(), value];
    }),
  );
  const { body, after } = headers["transfer-encoding"] === "chunked" ? chunked(rest) : sized(rest, headers);
  return [{ status: Number(status), headers, body }, ...answersIn(after)];
}

function sized(text: string, headers: Readonly<Record<string, string>>) {
  const bytes = Buffer.from(text);
  const length = Number(headers["content-length"] ?? 0);
  if (bytes.length < length) throw new Error(`half an answer: ${JSON.stringify(text)}`);
  return { body: bytes.subarray(0, length).toString(), after: bytes.subarray(length).toString() };
}

function chunked(text: string) {
  let body = "";
  let rest = text;
  for (;;) {
    const [, size, following] = /^([0-9a-f]+)\r\n(.*)$/s.exec(rest) ?? [];
    if (size === undefined || following === undefined)
      throw new Error(`half an answer: ${JSON.stringify(text)}`);
    const length = Number.parseInt(size, 16);
    body += following.slice(0, length);
    rest = following.slice(length + 2);
    if (length === 0) return { body, after: rest };
  }
}
