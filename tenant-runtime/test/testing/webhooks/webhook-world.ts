import { randomBytes, randomUUID } from "node:crypto";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { inject } from "vitest";
import type {} from "../../../../harness/services/vitest.ts";
import { systemClock } from "../../../../process/clock.ts";
import { createLogger } from "../../../../process/log.ts";
import { defineEntity } from "../../../src/module/entity.ts";
import { createRecorder } from "../../../src/module/record.ts";
import {
  createDeliveryService,
  type DeliveryService,
} from "../../../src/modules/webhook/delivery-service.ts";
import {
  createEndpointService,
  type EndpointService,
  type EndpointWithSecret,
} from "../../../src/modules/webhook/endpoint-service.ts";
import { webhookSchemas } from "../../../src/modules/webhook/schemas.ts";
import {
  DeliveryLoop,
  type DeliveryLoopOptions,
} from "../../../src/modules/webhook/sending/delivery-loop.ts";
import type { Disabled } from "../../../src/modules/webhook/sending/notice.ts";
import { derivedDeliveries } from "../../../src/modules/webhook/store/derived.ts";
import type { EndpointDetails } from "../../../src/modules/webhook/store/models.ts";
import type { Transaction } from "../../../src/platform/database/database.ts";
import { createAudit } from "../../../src/platform/events/audit.ts";
import { createOutbound } from "../../../src/platform/outbound/outbound.ts";
import { openEncryption } from "../../../src/platform/secrets/encryption.ts";
import { type MigratedSchema, openMigratedSchema } from "../database/migrated-schema.ts";
import { querySchema } from "../database/query-schema.ts";
import { testCommand } from "../inputs/command.ts";
import type { ReceiverWorld } from "./receivers.ts";

const customer = defineEntity({
  type: "customer",
  topic: { name: "customers", read: "customers:read" },
  events: ["created", "updated"],
});

/** The services of webhooks in this process, on a schema of their own. */
export interface WebhookWorld extends AsyncDisposable {
  readonly schema: MigratedSchema["schema"];
  readonly endpoints: EndpointService;
  readonly deliveries: DeliveryService;
  /** Rows that a superuser gets. */
  query(text: string, values?: readonly unknown[]): ReturnType<typeof querySchema>;
  endpoint(details: Pick<EndpointDetails, "url"> & Partial<EndpointDetails>): Promise<EndpointWithSecret>;
  /** Records an event of a customer, as a command would, and returns the customer's id. */
  change(verb?: "created" | "updated", before?: (transaction: Transaction) => Promise<void>): Promise<string>;
  /** The notices to administrators. */
  readonly notices: readonly Disabled[];
  /** A loop that sends until it is stopped or disposed of. */
  loop(options?: Partial<DeliveryLoopOptions>): DeliveryLoop & AsyncDisposable;
}

export async function openWebhookWorld({ world, settings }: ReceiverWorld): Promise<WebhookWorld> {
  await using opened = new AsyncDisposableStack();
  setDefaultCACertificates([...getCACertificates("default"), world.authority.certificate]);
  const { schema, database } = opened.use(await openMigratedSchema(inject("postgres18")));
  const outbound = createOutbound(settings);
  opened.defer(() => outbound.close());
  const keys = { dataKey: randomBytes(32).toString("hex"), indexKey: randomBytes(32).toString("hex") };
  const vault = { unwrap: async (hex: string) => Buffer.from(hex, "hex") };
  const encryption = await openEncryption({ vault, keys });
  const recorder = createRecorder(createAudit(schema.id), new Map(), [derivedDeliveries]);
  const parts = { database, encryption, recorder, cache: undefined as never };
  const schemas = webhookSchemas(["customer.created", "customer.updated", "webhook_endpoint.disabled"]);
  const endpoints = createEndpointService(parts, schemas);
  const notices: Disabled[] = [];
  const running = opened.move();
  return {
    schema,
    endpoints,
    notices,
    deliveries: createDeliveryService(parts, endpoints),
    query: (text, values) => querySchema(schema, text, values),
    endpoint: (details) =>
      endpoints.create({ description: null, events: null, enabled: true, ...details }, testCommand()),
    async change(verb = "created", before = async () => {}) {
      const id = randomUUID();
      const actor = { id: "user-1", requestId: undefined };
      await database.transaction(async (transaction) => {
        await recorder.change(transaction, customer, { verb, id, actor, details: { fields: ["email"] } });
        await before(transaction);
      });
      return id;
    },
    loop(options = {}) {
      const loop = new DeliveryLoop({
        ...{ database, outbound, encryption, recorder, clock: systemClock, log: createLogger("error") },
        ...{ pollMs: () => 60_000, attempted: () => {}, disabled: () => {} },
        notify: async (_transaction, disabled) => void notices.push(disabled),
        ...options,
      });
      return Object.assign(loop, { [Symbol.asyncDispose]: () => loop.stop() });
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
