import { PassThrough } from "node:stream";
import { createLogger } from "../../../../process/log.ts";
import { type FrontConfig, parseFrontConfig } from "../config.ts";
import { type Listening, runFront } from "../run-front.ts";

/** A front before a server on this machine. */
export interface RunningFront extends AsyncDisposable {
  readonly port: number;
  metrics(): Promise<string>;
  /** Status and body of the readiness probe. */
  ready(): Promise<string>;
  /** Its log. */
  lines(): string;
}

interface Settings extends Partial<Omit<FrontConfig, "server" | "port">> {
  readonly proxyProtocol?: boolean;
  /** Default true. */
  readonly reportsReadiness?: boolean;
}

/** @param serverPort port on 127.0.0.1 */
export async function startFront(serverPort: number, settings: Settings = {}): Promise<RunningFront> {
  const { proxyProtocol = false, reportsReadiness = true, ...bounds } = settings;
  const usual = parseFrontConfig(usualBounds, "test");
  const config = {
    ...usual,
    ...bounds,
    port: 0,
    server: { port: serverPort, proxyProtocol, reportsReadiness },
  };
  let logged = "";
  const stream = new PassThrough();
  stream.on("data", (chunk) => (logged += String(chunk)));
  const stop = new AbortController();
  const listening = Promise.withResolvers<Listening>();
  const ended = runFront(
    {
      config,
      log: createLogger("info", stream),
      addresses: ["127.0.0.1"],
      ports: { metrics: 0, health: 0 },
      onListening: listening.resolve,
    },
    stop.signal,
  );
  const { port, metricsPort, healthPort } = await Promise.race([
    listening.promise,
    ended.then(() => Promise.reject(new Error("the front has ended"))),
  ]);
  return {
    port,
    metrics: async () => (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text(),
    async ready() {
      const response = await fetch(`http://127.0.0.1:${healthPort}/readyz`);
      return `${response.status} ${await response.text()}`;
    },
    lines: () => logged,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await ended;
    },
  };
}

const usualBounds = `
port: 1
server: { port: 1 }
connections: 1000
connectionsPerSource: 32
newConnections: { perSecond: 50 }
firstByteTimeout: 60s
toServer: { perSecond: 1Mi, burst: 4Mi }
toClient: { perSecond: 8Mi, burst: 32Mi }
`;
