import { defineModule } from "../../module/define-module.ts";
import type { Meters } from "../../platform/telemetry/meters.ts";
import { deliveryRoutes, endpointRoutes } from "./api.ts";
import { createDeliveryService } from "./delivery-service.ts";
import { createEndpointService } from "./endpoint-service.ts";
import { webhookErrors } from "./errors.ts";
import { webhookMetrics } from "./metrics.ts";
import { webhookSchemas } from "./schemas.ts";
import { DeliveryLoop } from "./sending/delivery-loop.ts";
import type { Result } from "./sending/send-message.ts";
import { isSuccess } from "./sending/settle.ts";
import { derivedDeliveries } from "./store/derived.ts";
import { type DisabledReason, webhookEndpoint } from "./store/models.ts";

export const webhooks = defineModule({
  name: "webhooks",
  permissions: { "webhooks:read": ["admin"], "webhooks:manage": ["admin"] },
  entities: [webhookEndpoint],
  errors: webhookErrors,
  metrics: webhookMetrics,
  derives: [derivedDeliveries],
  uses: ["database", "cache", "encryption", "recorder", "outbound", "eventTypes", "clock", "log"],
  open(world, { meters }) {
    const schemas = webhookSchemas(world.eventTypes);
    const endpoints = createEndpointService(world, schemas);
    return {
      world,
      schemas,
      endpoints,
      deliveries: createDeliveryService(world, endpoints),
      ...counted(meters),
    };
  },
  routes: ({ endpoints, deliveries, schemas }) => [
    ...endpointRoutes(endpoints, schemas),
    ...deliveryRoutes(deliveries),
  ],
  loop: ({ world, attempted, disabled }, own) => new DeliveryLoop({ ...world, ...own, attempted, disabled }),
});

/** Counts what the loop tells. */
function counted(meters: Meters<typeof webhookMetrics>) {
  return {
    attempted(result: Result, seconds: number) {
      meters.attempts.add(1, { outcome: outcomeOf(result) });
      meters.attemptSeconds.observe(seconds);
    },
    disabled(reason: DisabledReason) {
      if (reason !== "administrator") meters.endpointsDisabled.add(1, { reason });
    },
  };
}

function outcomeOf(result: Result) {
  if (result.kind !== "answered") return result.kind;
  return isSuccess(result) ? "succeeded" : "refused";
}
