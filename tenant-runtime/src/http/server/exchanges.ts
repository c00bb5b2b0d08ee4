import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/**
 * The unanswered requests of each connection. A client may send several before the first is answered (RFC 9112,
 * 9.3.2). An answer without a response object must follow theirs.
 */
export class Exchanges {
  readonly #ofConnection = new WeakMap<Duplex, Set<Exchange>>();

  constructor(server: Pick<Server, "prependListener">) {
    server.prependListener("request", (request, response) => this.#add({ request, response }));
  }

  /** Resolves when every completely read request is answered, or the connection is closed. */
  async answered(connection: Duplex): Promise<void> {
    for (const { request, response } of this.#of(connection)) {
      if (request.complete) await closed(response);
    }
  }

  /** The response to a request that is not completely read. */
  unfinished(connection: Duplex): ServerResponse | undefined {
    return this.#of(connection).find(({ request }) => !request.complete)?.response;
  }

  #of(connection: Duplex): readonly Exchange[] {
    return [...(this.#ofConnection.get(connection) ?? [])];
  }

  #add(exchange: Exchange): void {
    const { request, response } = exchange;
    const exchanges = this.#ofConnection.get(request.socket) ?? this.#follow(request.socket);
    exchanges.add(exchange);
    const remove = () => {
      if (request.complete && response.closed) exchanges.delete(exchange);
    };
    response.once("close", remove);
    request.once("close", remove);
  }

  #follow(connection: Duplex): Set<Exchange> {
    const exchanges = new Set<Exchange>();
    this.#ofConnection.set(connection, exchanges);
    connection.once("close", () => {
      // Node.js does not notify a response that waits behind another, because it has no connection yet.
      for (const { response } of exchanges) if (response.socket === null) response.emit("close");
      exchanges.clear();
    });
    return exchanges;
  }
}

async function closed(response: ServerResponse): Promise<void> {
  if (response.closed) return;
  await new Promise<void>((resolve) => response.once("close", resolve));
}
