import { createApiServer } from "../../http/server/api-server.ts";
import { listen } from "../../http/server/listen.ts";
import type { ServerTls } from "../../platform/files/tls.ts";
import type { Watched } from "../../platform/files/watched-file.ts";
import type { Base } from "../lifecycle/base.ts";
import type { Steps } from "../lifecycle/startup.ts";
import type { StateMachine } from "../lifecycle/state-machine.ts";
import { stopServingInOrder } from "../lifecycle/stop-serving.ts";
import type { Infrastructure } from "./3-infrastructure.ts";
import type { RealTime } from "./5-real-time.ts";

/** Checks every dependency once before the first request is admitted. A worker admits none. */
export async function health(
  steps: Steps,
  base: Base,
  { app, inFlight, record, webSockets }: Infrastructure & RealTime,
  { machine, tls }: { machine: StateMachine; tls: Watched<ServerTls> },
): Promise<void> {
  await steps.critical("dependencies", () => base.dependencies.watch(() => followHealth(base, machine)));
  base.releasers.add("dependency checks", () => base.dependencies.stop());
  if (webSockets === undefined) return;
  await steps.critical("readiness", async () => {
    const { server, exchanges } = createApiServer(app, tls, record);
    webSockets.attach(server, exchanges);
    const port = await listen(server, base.config.api.port);
    base.log.info("listening", { listener: "api", port });
    stopServingInOrder(base, { server, inFlight, webSockets });
  });
}

/** Follows the dependencies: the process is healthy while all critical ones are up. */
export function followHealth({ dependencies }: Base, machine: StateMachine): void {
  const next = dependencies.criticalUp ? "Healthy" : "Unhealthy";
  if (machine.can(next)) machine.enter(next);
}
