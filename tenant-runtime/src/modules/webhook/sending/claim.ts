import type { Queries } from "../../../platform/database/database.ts";
import { claimSeconds, mostInFlight } from "../store/bounds.ts";

/** The state of the queue at one instant. */
export interface Look {
  readonly hasEndpoints: boolean;
  /** The time until the next delivery is due: 0 or less while its endpoint has no room, null if none waits. */
  readonly dueInMs: number | null;
}

/** A delivery whose attempt has begun, with the sealed columns of its endpoint. */
export interface Claimed {
  readonly id: string;
  readonly endpointId: string;
  /** Names the attempt. */
  readonly claim: string;
  /** The number of this attempt, counted from 1. */
  readonly attempts: number;
  readonly type: string;
  readonly occurredAt: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** In base64, as the following. */
  readonly urlSealed: string;
  readonly secretSealed: string;
  /** Null unless messages carry its signature. */
  readonly previousSecretSealed: string | null;
}

/** One statement that writes nothing. */
export async function lookForDue(queries: Queries): Promise<Look> {
  const { rows } = await queries.query<Look>(
    `SELECT EXISTS (SELECT FROM webhook_endpoints) AS "hasEndpoints",
            (SELECT ceil(extract(epoch FROM min(next.due_at) - now()) * 1000)::float8
               FROM webhook_endpoints AS endpoint CROSS JOIN LATERAL (
                 SELECT due_at FROM webhook_deliveries
                  WHERE endpoint_id = endpoint.id AND state = 'waiting' ORDER BY due_at LIMIT 1) AS next
              WHERE endpoint.enabled) AS "dueInMs"`,
  );
  return rows[0] ?? { hasEndpoints: false, dueInMs: null };
}

/**
 * Begins attempts of due deliveries: for each endpoint as many as it has room for. Endpoints that another pod is claiming
 * for are left out, so no more than the bound is on the way to an endpoint.
 */
export async function claimDue(transaction: Queries): Promise<readonly Claimed[]> {
  const endpoints = await lockEndpoints(transaction);
  if (endpoints.length === 0) return [];
  const { rows } = await transaction.query<Claimed>(
    `WITH chosen AS (
       SELECT due.id FROM unnest($1::uuid[]) AS endpoint (id) CROSS JOIN LATERAL (
         SELECT id FROM webhook_deliveries
          WHERE endpoint_id = endpoint.id AND state = 'waiting' AND due_at <= now() ORDER BY due_at
          LIMIT greatest(0, $2 - (SELECT count(*) FROM webhook_deliveries
                                   WHERE endpoint_id = endpoint.id AND claim IS NOT NULL AND due_at > now()))
          FOR UPDATE SKIP LOCKED) AS due
     )
     UPDATE webhook_deliveries AS delivery
        SET claim = gen_random_uuid(), attempts = attempts + 1, last_attempt_at = now(),
            due_at = now() + make_interval(secs => $3), version = delivery.version + 1, updated_at = now()
       FROM chosen, webhook_endpoints AS endpoint
      WHERE delivery.id = chosen.id AND endpoint.id = delivery.endpoint_id
     RETURNING delivery.id, delivery.endpoint_id AS "endpointId", delivery.claim, delivery.attempts, delivery.type,
       delivery.data, to_char(delivery.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "occurredAt",
       encode(endpoint.url_sealed, 'base64') AS "urlSealed", encode(endpoint.secret_sealed, 'base64') AS "secretSealed",
       CASE WHEN endpoint.previous_secret_until > now() THEN encode(endpoint.previous_secret_sealed, 'base64')
         END AS "previousSecretSealed"`,
    [endpoints, mostInFlight, claimSeconds],
  );
  return rows;
}

/** A separate statement, because only one that begins under the lock sees the claims of other pods. */
async function lockEndpoints(transaction: Queries): Promise<string[]> {
  const { rows } = await transaction.query<{ id: string }>(
    `SELECT id FROM webhook_endpoints AS endpoint
      WHERE enabled AND EXISTS (SELECT FROM webhook_deliveries
              WHERE endpoint_id = endpoint.id AND state = 'waiting' AND due_at <= now())
      ORDER BY id FOR NO KEY UPDATE SKIP LOCKED`,
  );
  return rows.map(({ id }) => id);
}
