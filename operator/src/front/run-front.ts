import { type Milliseconds, systemClock, type TimerClock } from "../../../process/clock.ts";
import type { Logger } from "../../../process/log.ts";
import { aborted } from "../base/aborted.ts";
import { connectWithin } from "../base/connect-within.ts";
import { type Management, serveManagement } from "../kubernetes/loop/management.ts";
import type { FrontConfig } from "./config.ts";
import { FrontServer } from "./front-server.ts";
import { FrontMetrics } from "./metrics.ts";
import { RefusalLog } from "./refusal-log.ts";
import { Sources } from "./sources.ts";

export interface FrontOptions {
  readonly config: FrontConfig;
  readonly log: Logger;
  /** The addresses to listen on. */
  readonly addresses: readonly string[];
  /** Defaults 8080 and 8081. 0 takes a free port. */
  readonly ports?: { readonly metrics: number; readonly health: number };
  readonly onListening?: (listening: Listening) => void;
}

export interface Listening extends Pick<Management, "metricsPort" | "healthPort"> {
  readonly port: number;
}

const lookEvery: Milliseconds = 2_000;
const forgetEvery: Milliseconds = 30_000;

/** Runs one front until `stop` is aborted. It then closes everything at once, because the server has ended before. */
export async function runFront(options: FrontOptions, stop: AbortSignal): Promise<void> {
  const { config, log, addresses } = options;
  await using resources = new AsyncDisposableStack();
  const sources = new Sources(config, systemClock);
  const metrics = new FrontMetrics(sources);
  resources.defer(repeatedly(systemClock, forgetEvery, () => sources.forgetIdle()));
  const server = { host: "127.0.0.1", port: config.server.port };
  const front = new FrontServer({
    ...config,
    server,
    proxyProtocol: config.server.proxyProtocol,
    sources,
    metrics,
    refusals: new RefusalLog(log, systemClock),
    clock: systemClock,
  });
  const watched = config.server.reportsReadiness ? watchServer(server, resources) : { away: () => false };
  const port = await front.listen(config.port, addresses);
  resources.defer(() => front.stop());
  const management = await serveManagement({
    registry: metrics.registry,
    ...(options.ports ? { metricsPort: options.ports.metrics, healthPort: options.ports.health } : {}),
    deadly: () => [],
    pending: () => (watched.away() ? [`the server at port ${server.port} accepts no connection`] : []),
  });
  resources.defer(() => management.close());
  log.info("listening", { port, addresses, server: config.server.port });
  options.onListening?.({ ...management, port });
  await aborted(stop);
}

/** Checks by a connection whether the server accepts one. */
function watchServer(server: { host: string; port: number }, resources: AsyncDisposableStack) {
  let away = true;
  const look = async () => {
    const socket = await connectWithin(lookEvery, server).catch(() => undefined);
    away = socket === undefined;
    socket?.destroy();
  };
  void look();
  resources.defer(repeatedly(systemClock, lookEvery, () => void look()));
  return { away: () => away };
}

function repeatedly(clock: TimerClock, every: Milliseconds, action: () => void): () => void {
  let cancel = clock.after(every, turn);
  function turn(): void {
    cancel = clock.after(every, turn);
    action();
  }
  return () => cancel();
}
