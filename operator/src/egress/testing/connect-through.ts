import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";

export interface ProxyAddress {
  readonly port: number;
  /** PEM of the authority that signed the proxy's certificate. */
  readonly ca: string;
}

/** What the proxy answered; `socket` leads to the target when the status is 200. */
export interface ProxyAnswer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  /** Empty when the status is 200. */
  readonly body: string;
  readonly socket: Socket;
  /** What carries it: the connection to the proxy below TLS. */
  readonly tcp: Socket;
}

/** Sends CONNECT as an HTTP client does. */
export async function connectThrough(
  { port, ca }: ProxyAddress,
  target: string,
  token?: string,
): Promise<ProxyAnswer> {
  const tcp = connectTcp({ port, host: "127.0.0.1", allowHalfOpen: true });
  const sent = request({
    method: "CONNECT",
    path: target,
    createConnection: () => connectTls({ socket: tcp, ca, servername: "localhost" }),
    headers: token === undefined ? {} : { "Proxy-Authorization": `Bearer ${token}` },
  });
  sent.end();
  const [response, socket, head] = (await once(sent, "connect")) as [IncomingMessage, Socket, Buffer];
  const status = response.statusCode ?? 0;
  if (status === 200) {
    if (head.length > 0) socket.unshift(head);
    return { status, headers: response.headers, body: "", socket, tcp };
  }
  const chunks = [head];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return { status, headers: response.headers, body: Buffer.concat(chunks).toString(), socket, tcp };
}

/** Asks with another method than CONNECT. */
export async function askProxy(
  { port, ca }: ProxyAddress,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Omit<ProxyAnswer, "socket" | "tcp">> {
  const sent = request({ host: "localhost", port, ca, method, path, headers, agent: new Agent() });
  sent.end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  let body = "";
  for await (const chunk of response) body += chunk;
  return { status: response.statusCode ?? 0, headers: response.headers, body };
}

/** Writes bytes to the proxy as they are and gives all that it answers until it closes. */
export async function sendRaw({ port, ca }: ProxyAddress, text: string): Promise<string> {
  const socket = connectTls({ host: "localhost", port, ca });
  socket.end(text);
  let answer = "";
  for await (const chunk of socket) answer += chunk;
  return answer;
}

/** TLS with a server at the other end of a tunnel, whose name is verified. */
export async function secure(socket: Socket, { ca, name }: { ca: string; name: string }): Promise<TLSSocket> {
  const inner = connectTls({ socket, ca, servername: name });
  await once(inner, "secureConnect");
  return inner;
}
