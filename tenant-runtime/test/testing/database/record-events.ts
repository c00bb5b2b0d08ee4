import { inject } from "vitest";
import { redisChannels } from "../../../../contract/redis-access.ts";
import { namesOnServers } from "../../../../contract/tenant-ids.ts";
import { withClient } from "../../../../harness/services/postgres.ts";
import { withRedis } from "../../../../harness/services/redis.ts";
import type {} from "../../../../harness/services/vitest.ts";
import type { TenantSchema } from "../process/test-tenant.ts";

/** Records events like a command, all in one transaction, without the nudge. */
export async function recordEvents(
  tenant: Pick<TenantSchema, "id" | "database">,
  entityType: string,
  entityIds: readonly string[],
) {
  await withClient(tenant.database.superuser, (client) =>
    client.query(
      `INSERT INTO t_${tenant.id}.outbox_events (id, type, entity_type, entity_id, payload)
       SELECT gen_random_uuid(), $1 || '.changed', $1, id, '{}' FROM unnest($2::text[]) WITH ORDINALITY AS given (id, place)
        ORDER BY place`,
      [entityType, entityIds],
    ),
  );
}

/** Notifies the relays of waiting events, like a pod after a commit. */
export async function nudge(tenant: Pick<TenantSchema, "id">): Promise<void> {
  await withRedis(inject("redisCache"), (client) =>
    client.publish(redisChannels(namesOnServers(tenant.id).redisPrefix).outbox, ""),
  );
}
