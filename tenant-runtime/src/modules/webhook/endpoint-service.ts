import { randomUUID } from "node:crypto";
import type { z } from "zod";
import { changedFields } from "../../module/fields/changed-fields.ts";
import { merged } from "../../module/fields/merged.ts";
import { createCollection } from "../../module/resource/collection.ts";
import { now } from "../../module/table/column.ts";
import type { ModuleWorld } from "../../module/world.ts";
import { AppError } from "../../platform/base/errors.ts";
import type { Queries, Transaction } from "../../platform/database/database.ts";
import type { Command } from "../../platform/events/command.ts";
import { webhookErrors } from "./errors.ts";
import type { WebhookSchemas } from "./schemas.ts";
import { newSecret } from "./sending/signature.ts";
import { mostEndpoints, previousSecretHours } from "./store/bounds.ts";
import { deleteDeliveries, failWaiting } from "./store/delivery-rows.ts";
import { endpointListing } from "./store/listing.ts";
import { type EndpointDetails, type WebhookEndpoint, webhookEndpoint } from "./store/models.ts";
import { openEndpoint, sealDetails, sealedOf } from "./store/sealing.ts";
import { endpointsTable } from "./store/table.ts";

/** An endpoint with its new secret, which is shown once. */
export type EndpointWithSecret = WebhookEndpoint & { readonly secret: string };

/** The commands and queries on endpoints. Each is one transaction. */
export type EndpointService = ReturnType<typeof createEndpointService>;

export function createEndpointService(
  world: Pick<ModuleWorld, "database" | "cache" | "recorder" | "encryption">,
  { whole }: WebhookSchemas,
) {
  const { encryption } = world;
  const endpoints = createCollection({
    world,
    entity: webhookEndpoint,
    table: endpointsTable,
    listing: endpointListing,
    open: (row) => openEndpoint(encryption, row),
  });

  return {
    list: endpoints.list,
    /** Throws NOT_FOUND, as do the following. */
    retrieve: endpoints.retrieve,
    steps: endpoints.steps,

    /** Throws WEBHOOK_ENDPOINT_LIMIT_REACHED. */
    async create(details: EndpointDetails, command: Command): Promise<EndpointWithSecret> {
      const id = randomUUID();
      const secret = newSecret();
      const created = await endpoints.create(command, id, async (transaction) => {
        await requireRoom(transaction);
        const sealed = { secret_sealed: sealedOf(encryption, id).seal("secret_sealed", secret) };
        const { enabled } = details;
        const row = { id, ...sealDetails(encryption, id, details), ...sealed, ...enabling(enabled) };
        await endpointsTable.insert(transaction, row);
        return { enabled, ...(details.events !== null && { events: details.events }) };
      });
      return { ...created, secret };
    },

    /** Throws PRECONDITION_FAILED, or VALIDATION_ERROR. */
    change: (id: string, patch: z.output<WebhookSchemas["patch"]>, command: Command) =>
      endpoints.change(command, id, "updated", async (transaction, current) => {
        const present = detailsOf(current);
        const details: EndpointDetails = merged(whole, present, patch);
        const fields = changedFields(present, details);
        if (fields.length === 0) return undefined;
        const turned = fields.includes("enabled") ? enabling(details.enabled) : {};
        await endpointsTable.update(transaction, id, { ...sealDetails(encryption, id, details), ...turned });
        if (!details.enabled) await failWaiting(transaction, id);
        return { fields, enabled: details.enabled };
      }),

    /** Its deliveries are deleted too. */
    remove: (id: string, command: Command) =>
      endpoints.remove(command, id, async (transaction, { enabled }) => {
        await deleteDeliveries(transaction, id);
        await transaction.query("DELETE FROM webhook_endpoints WHERE id = $1", [id]);
        return { enabled };
      }),

    /** Replaces the secret. Messages carry the signatures of both for a day; a secret from before both is forgotten. */
    async rotateSecret(id: string, command: Command): Promise<EndpointWithSecret> {
      const secret = newSecret();
      const changed = await endpoints.change(command, id, "secret_rotated", async (transaction) => {
        await replaceSecret(transaction, id, secret);
        return {};
      });
      return { ...changed, secret };
    },
  };

  async function replaceSecret(transaction: Transaction, id: string, secret: string): Promise<void> {
    const sealed = sealedOf(encryption, id);
    const row = await endpointsTable.find(transaction, id);
    if (row === undefined) throw new AppError("NOT_FOUND");
    const present = sealed.open("secret_sealed", row.secret_sealed);
    await transaction.query(
      `UPDATE webhook_endpoints SET secret_sealed = $2, previous_secret_sealed = $3,
              previous_secret_until = now() + make_interval(hours => $4), version = version + 1, updated_at = now()
        WHERE id = $1`,
      [
        id,
        sealed.seal("secret_sealed", secret),
        sealed.seal("previous_secret_sealed", present),
        previousSecretHours,
      ],
    );
  }
}

function detailsOf({ url, description, events, enabled }: WebhookEndpoint): EndpointDetails {
  return { url, description, events, enabled };
}

/** The columns about whether an endpoint is enabled. An enabled one is given five days again. */
function enabling(enabled: boolean) {
  return enabled
    ? { enabled, disabled_at: null, disabled_reason: null, failing_since: null }
    : { enabled, disabled_at: now, disabled_reason: "administrator" as const };
}

/** Locks all endpoints, so that commands at the same time count one after another. */
async function requireRoom(transaction: Queries): Promise<void> {
  await transaction.query("SELECT FROM webhook_endpoints ORDER BY id FOR UPDATE");
  const { rows } = await transaction.query<{ count: number }>(
    "SELECT count(*)::integer AS count FROM webhook_endpoints",
  );
  if ((rows[0]?.count ?? 0) >= mostEndpoints)
    throw new AppError(webhookErrors.WEBHOOK_ENDPOINT_LIMIT_REACHED);
}
