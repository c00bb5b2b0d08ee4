import { readFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import type { Socket } from "node:net";

export interface EgressSettings {
  readonly host: string;
  readonly port: number;
  /** PEM of the platform's CA, read at each connection. */
  readonly ca: () => string;
  /** The projected service account token, read for every tunnel, because the kubelet renews it. */
  readonly tokenFile: string;
  /** Default 30 s: longer than the proxy takes to resolve a name and to connect. */
  readonly answerTimeoutMs?: number;
}

/** A refusal is a line of text. */
const longestRefusal = 4_096;

/** A refusal of the egress proxy; docs/contracts.md lists the reasons. */
export class EgressRefusal extends Error {
  override readonly name = "EgressRefusal";
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(`the egress proxy answered ${status} (${reason}): ${message || "no reason given"}`);
    this.reason = reason;
  }
}

/**
 * Opens a tunnel through the egress proxy to `target`, `host:port` with brackets around IPv6.
 * @throws EgressRefusal; Error if the proxy itself cannot be reached
 */
export function openTunnel(settings: EgressSettings, target: string): Promise<Socket> {
  return ask(settings, { method: "CONNECT", path: target }, async (response, socket) => {
    if (response.statusCode === 200) return socket;
    throw await refusalFrom(response, socket);
  });
}

/** Resolves if the proxy knows this pod and would serve it. @throws as openTunnel */
export function askProxy(settings: EgressSettings): Promise<object> {
  return ask(settings, { method: "OPTIONS", path: "*" }, async (response) => {
    if (response.statusCode !== 204) throw await refusalFrom(response, response);
    response.resume();
    return {};
  });
}

type Answered<Result> = (response: IncomingMessage, socket: Socket) => Promise<Result>;

async function ask<Result>(
  { host, port, ca, tokenFile, answerTimeoutMs = 30_000 }: EgressSettings,
  { method, path }: { readonly method: "CONNECT" | "OPTIONS"; readonly path: string },
  answered: Answered<Result>,
): Promise<Result> {
  const token = (await readFile(tokenFile, "utf8")).trim();
  const headers = { "Proxy-Authorization": `Bearer ${token}` };
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  const sent = request({ host, port, ca: ca(), headers, method, path, agent: false });
  const timer = setTimeout(() => {
    sent.destroy(new Error(`the egress proxy does not answer within ${answerTimeoutMs / 1_000} s`));
  }, answerTimeoutMs);
  sent.on("error", reject);
  sent.on("response", (response: IncomingMessage) => {
    resolve(answered(response, response.socket));
  });
  sent.on("connect", (response: IncomingMessage, socket: Socket, head: Buffer) => {
    socket.unshift(head);
    resolve(answered(response, socket));
  });
  sent.end();
  return promise.finally(() => clearTimeout(timer));
}

async function refusalFrom(
  { statusCode = 0, headers }: IncomingMessage,
  body: AsyncIterable<Buffer>,
): Promise<EgressRefusal> {
  let message = "";
  for await (const chunk of body) {
    message += chunk;
    if (message.length > longestRefusal) break;
  }
  return new EgressRefusal(statusCode, String(headers["dotmac-egress-refusal"] ?? "unnamed"), message.trim());
}
