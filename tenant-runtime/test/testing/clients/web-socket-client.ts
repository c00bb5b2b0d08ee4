import { once } from "node:events";
import { WebSocket } from "ws";
import type { RuntimeProcess } from "../process/runtime-process.ts";

export interface Message {
  readonly type: string;
  readonly [name: string]: unknown;
}

/** An open socket and its messages, in order. */
export interface WebSocketClient extends Disposable {
  readonly socket: WebSocket;
  say(message: unknown): void;
  /** The next message. Waits for it, and throws if the socket closes first. */
  hear(): Promise<Message>;
  /** The next messages, this many. */
  hearAll(count: number): Promise<Message[]>;
}

export async function openWebSocket(
  runtime: RuntimeProcess,
  headers: object,
  protocols: string[] = [],
): Promise<WebSocketClient> {
  const socket = new WebSocket(`wss://localhost:${await runtime.port("api")}/api/v1/ws`, protocols, {
    ca: runtime.authority.certificate,
    headers: { ...headers },
  });
  const hear = hearing(socket);
  await once(socket, "open");
  return {
    socket,
    say: (message) => socket.send(typeof message === "string" ? message : JSON.stringify(message)),
    hear,
    async hearAll(count) {
      const heard: Message[] = [];
      while (heard.length < count) heard.push(await hear());
      return heard;
    },
    [Symbol.dispose]: () => socket.terminate(),
  };
}

function hearing(socket: WebSocket): () => Promise<Message> {
  const heard: Message[] = [];
  let closed: string | undefined;
  let changed = () => {};
  socket.on("message", (data) => {
    heard.push(JSON.parse(String(data)));
    changed();
  });
  socket.once("close", (code, reason) => {
    closed = `closed with ${code} ${String(reason)}`;
    changed();
  });
  return async () => {
    for (;;) {
      const next = heard.shift();
      if (next !== undefined) return next;
      if (closed !== undefined) throw new Error(`expected a message, was ${closed}`);
      await new Promise<void>((resolve) => {
        changed = resolve;
      });
    }
  };
}
