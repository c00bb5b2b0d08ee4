import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";

export interface ProxyAddress {
  readonly port: number;
  /** PEM of the authority that signed the proxy's certificate. */
  readonly ca: string;
  /** The client's address, one of this machine's. */
  readonly from?: string;
}

/** The answer of the proxy. With status 200, `socket` is the connection to the target. */
export interface ProxyAnswer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  /** Empty when the status is 200. */
  readonly body: string;
  readonly socket: Socket;
  /** The TCP connection to the proxy, below TLS. */
  readonly tcp: Socket;
}

/** Sends CONNECT like an HTTP client. */
export async function connectThrough(
  { port, ca, from }: ProxyAddress,
  target: string,
  token?: string,
): Promise<ProxyAnswer> {
  const tcp = connectTcp({
    port,
    host: "127.0.0.1",
    allowHalfOpen: true,
    ...(from && { localAddress: from }),
  });
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

/** Sends a request with a method other than CONNECT. */
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

/** Writes raw bytes to the proxy and returns everything it answers until it closes. */
export async function sendRaw({ port, ca }: ProxyAddress, text: string): Promise<string> {
  const socket = connectTls({ host: "localhost", port, ca });
  socket.end(text);
  let answer = "";
  for await (const chunk of socket) answer += chunk;
  return answer;
}

/** Starts TLS through a tunnel and verifies the server's name. */
export async function secure(socket: Socket, { ca, name }: { ca: string; name: string }): Promise<TLSSocket> {
  const inner = connectTls({ socket, ca, servername: name });
  await once(inner, "secureConnect");
  return inner;
}
