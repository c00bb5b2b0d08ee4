/** The result of one attempt to open a TCP connection. */
export type Reach = "connected" | "refused" | "timeout" | "unreachable";

export interface Target {
  readonly host: string;
  readonly port: number;
}

/**
 * A Node script that tries every target at once and prints a JSON object from `host:port` to Reach.
 * A dropped packet gets no answer, so a network policy causes "timeout" after `seconds`.
 */
export function reachScript(targets: readonly Target[], seconds = 3): string {
  return `
    import { connect } from "node:net";
    const attempt = ({ host, port }) => new Promise((resolve) => {
      const socket = connect({ host, port, timeout: ${seconds * 1000} });
      const end = (result) => { socket.destroy(); resolve([host + ":" + port, result]); };
      socket.once("connect", () => end("connected"));
      socket.once("timeout", () => end("timeout"));
      socket.once("error", (error) => end(error.code === "ECONNREFUSED" ? "refused" : "unreachable"));
    });
    console.log(JSON.stringify(Object.fromEntries(await Promise.all(${JSON.stringify(targets)}.map(attempt)))));
  `;
}
