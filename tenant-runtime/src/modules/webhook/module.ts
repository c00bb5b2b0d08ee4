import { defineModule } from "../../module/define-module.ts";
import type { Meters } from "../../platform/telemetry/meters.ts";
import { identity } from "../identity/module.ts";
import { deliveryRoutes, endpointRoutes } from "./api.ts";
import { createDeliveryService } from "./delivery-service.ts";
import { createEndpointService } from "./endpoint-service.ts";
import { webhookErrors } from "./errors.ts";
import { webhookMetrics } from "./metrics.ts";
import { webhookSchemas } from "./schemas.ts";
import { DeliveryLoop } from "./sending/delivery-loop.ts";
import { createNotify, endpointDisabledMail, type NoticedReason } from "./sending/notice.ts";
import type { Result } from "./sending/send-message.ts";
import { isSuccess } from "./sending/settle.ts";
import { derivedDeliveries } from "./store/derived.ts";
import { webhookEndpoint } from "./store/models.ts";

export const webhooks = defineModule({
  name: "webhooks",
  permissions: { "webhooks:read": ["admin"], "webhooks:manage": ["admin"] },
  entities: [webhookEndpoint],
  errors: webhookErrors,
  metrics: webhookMetrics,
  derives: [derivedDeliveries],
  mails: [endpointDisabledMail],
  needs: [identity],
  uses: ["database", "cache", "encryption", "recorder", "outbound", "mail", "eventTypes", "clock", "log"],
  open(world, { meters, needs: [users] }) {
    const schemas = webhookSchemas(world.eventTypes);
    const endpoints = createEndpointService(world, schemas);
    return {
      world,
      schemas,
      endpoints,
      deliveries: createDeliveryService(world, endpoints),
      notify: createNotify(world.mail, users),
      ...counted(meters),
    };
  },
  routes: ({ endpoints, deliveries, schemas }) => [
    ...endpointRoutes(endpoints, schemas),
    ...deliveryRoutes(deliveries),
  ],
  loop: ({ world, attempted, disabled, notify }, own) =>
    new DeliveryLoop({ ...world, ...own, attempted, disabled, notify }),
});

/** Counts what the loop tells. */
function counted(meters: Meters<typeof webhookMetrics>) {
  return {
    attempted(result: Result, seconds: number) {
      meters.attempts.add(1, { outcome: outcomeOf(result) });
      meters.attemptSeconds.observe(seconds);
    },
    disabled: (reason: NoticedReason) => meters.endpointsDisabled.add(1, { reason }),
  };
}

function outcomeOf(result: Result) {
  if (result.kind !== "answered") return result.kind;
  return isSuccess(result) ? "succeeded" : "refused";
}
