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

/** Everything is asked once before the first request is let in. */
export async function health(
  steps: Steps,
  base: Base,
  { app, inFlight, webSockets }: Infrastructure & RealTime,
  { machine, tls }: { machine: StateMachine; tls: Watched<ServerTls> },
): Promise<void> {
  await steps.critical("dependencies", () => base.dependencies.watch(() => followHealth(base, machine)));
  base.releasers.add("dependency checks", () => base.dependencies.stop());
  await steps.critical("readiness", async () => {
    const server = createApiServer(app, tls);
    webSockets.attach(server);
    const port = await listen(server, base.config.api.port);
    base.log.info("Listening.", { listener: "api", port });
    stopServingInOrder(base, { server, inFlight, webSockets });
  });
}

/** Healthy is: everything without which no request can be served is there. */
export function followHealth({ dependencies }: Base, machine: StateMachine): void {
  const next = dependencies.criticalUp ? "Healthy" : "Unhealthy";
  if (machine.can(next)) machine.enter(next);
}
