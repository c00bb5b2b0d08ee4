import type { ModuleWorld } from "../../module/world.ts";
import { AppError } from "../../platform/base/errors.ts";
import type { Transaction } from "../../platform/database/database.ts";
import type { Command } from "../../platform/events/command.ts";
import type { EndpointService } from "./endpoint-service.ts";
import { webhookErrors } from "./errors.ts";
import {
  countFailed,
  insertTest,
  lockDelivery,
  revive,
  reviveFailed,
  roomOf,
} from "./store/delivery-rows.ts";
import { type DeliveryQuery, deliveryListing } from "./store/listing.ts";
import { type Delivery, webhookEndpoint } from "./store/models.ts";
import { openDelivery } from "./store/sealing.ts";
import { deliveriesTable } from "./store/table.ts";

/** The result of a replay of all failed deliveries. */
export interface Replayed {
  readonly replayed: number;
  readonly remaining: number;
}

/** The commands and queries on the deliveries of one endpoint. Each throws NOT_FOUND. */
export type DeliveryService = ReturnType<typeof createDeliveryService>;

export function createDeliveryService(
  { database, recorder }: Pick<ModuleWorld, "database" | "recorder">,
  { steps }: Pick<EndpointService, "steps">,
) {
  return {
    list: (endpoint: string, query: DeliveryQuery) =>
      database.transaction(async (transaction) => {
        await steps.read(transaction, endpoint);
        const { items, next } = await deliveryListing.page(transaction, { ...query, endpoint });
        return { items: items.map(openDelivery), next };
      }),

    /** Sends a test message. Throws WEBHOOK_ENDPOINT_DISABLED or WEBHOOK_BACKLOG_FULL. */
    sendTest: (endpoint: string, command: Command): Promise<Delivery> =>
      steps.run(command, async (transaction) => {
        await lockReady(transaction, endpoint, command);
        const id = await insertTest(transaction, endpoint);
        await note(transaction, command, "test_sent", endpoint, { delivery: id });
        return read(transaction, id);
      }),

    /** Sends an ended delivery again. Throws WEBHOOK_DELIVERY_WAITING too. */
    replay: (endpoint: string, id: string, command: Command): Promise<Delivery> =>
      steps.run(command, async (transaction) => {
        await lockReady(transaction, endpoint, command);
        const row = await lockDelivery(transaction, endpoint, id);
        if (row === undefined) throw new AppError("NOT_FOUND");
        if (row.state === "waiting") throw new AppError(webhookErrors.WEBHOOK_DELIVERY_WAITING);
        await revive(transaction, id);
        await note(transaction, command, "delivery_replayed", endpoint, { delivery: id });
        return read(transaction, id);
      }),

    /** Sends the deliveries again that failed since then, the oldest first, as many as may wait. */
    replayFailed: (endpoint: string, since: string, command: Command): Promise<Replayed> =>
      steps.run(command, async (transaction) => {
        const room = await lockReady(transaction, endpoint, command);
        const replayed = await reviveFailed(transaction, { endpointId: endpoint, since, room });
        await note(transaction, command, "failed_replayed", endpoint, { since, replayed });
        return { replayed, remaining: await countFailed(transaction, endpoint, since) };
      }),
  };

  /** Locks an enabled endpoint, and returns the number of further deliveries that may wait: at least one. */
  async function lockReady(transaction: Transaction, id: string, command: Command): Promise<number> {
    const { enabled } = await steps.lock(transaction, id, command);
    if (!enabled) throw new AppError(webhookErrors.WEBHOOK_ENDPOINT_DISABLED);
    const room = await roomOf(transaction, id);
    if (room === 0) throw new AppError(webhookErrors.WEBHOOK_BACKLOG_FULL);
    return room;
  }

  /** Records the action in the audit trail, and announces that deliveries wait. */
  async function note(
    transaction: Transaction,
    { actor }: Command,
    verb: (typeof webhookEndpoint)["audited"][number],
    id: string,
    details: Readonly<Record<string, string | number>>,
  ): Promise<void> {
    await recorder.note(transaction, webhookEndpoint, { verb, id, actor, details });
    transaction.announce("jobs");
  }
}

async function read(transaction: Transaction, id: string): Promise<Delivery> {
  const row = await deliveriesTable.find(transaction, id);
  if (row === undefined) throw new AppError("NOT_FOUND");
  return openDelivery(row);
}
