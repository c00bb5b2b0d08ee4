import { once } from "node:events";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Authority } from "../../../../harness/authority/authority.ts";

/** A message as a receiver got it. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** A receiver of webhooks: an HTTPS server that keeps what it gets. */
export interface Receiver extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly url: string;
  readonly received: readonly Received[];
  /** Answers messages from now on. It forgets the earlier ones. */
  answer(how: Answer): void;
}

/** Answers with this status and nothing else. */
export function status(code: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return (response) => void response.writeHead(code, headers).end();
}

/** Starts a receiver on the address of the internet of these tests. It accepts each message. */
export async function startReceiver(authority: Authority, host = "hooks.example.com"): Promise<Receiver> {
  const { certificate: cert, key } = await authority.issue({ dnsNames: [host] });
  const received: Received[] = [];
  let answer = status(204);
  const server = createServer({ cert, key }, async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    received.push({ headers: request.headers, body });
    answer(response, request);
  });
  server.listen(0, "127.0.0.2");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    host,
    port,
    url: `https://${host}:${port}/webhooks`,
    received,
    answer(how) {
      answer = how;
      received.length = 0;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}
