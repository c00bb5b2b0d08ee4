import type { Database } from "../../platform/database/database.ts";

/** A record of the audit trail. It holds no personal data: identifiers, states and names of fields. */
export interface AuditRecord {
  readonly id: string;
  /** UTC, with microseconds. */
  readonly at: string;
  /** The id of a user, `system`, or `unknown`. */
  readonly actor: string;
  /** `customer.created` */
  readonly action: string;
  readonly entityType: string;
  readonly entityId: string;
  readonly requestId: string | null;
  readonly details: Readonly<Record<string, unknown>> | null;
}

/** The position of a record in the trail. */
export type AuditPlace = Pick<AuditRecord, "at" | "id">;

/** The restrictions of a list of records. */
export interface AuditQuery {
  readonly since: Date;
  /** The first instant that is left out. */
  readonly until: Date;
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly entityType?: string | undefined;
  readonly entityId?: string | undefined;
  readonly requestId?: string | undefined;
  /** Only records before this position. */
  readonly after?: AuditPlace | undefined;
  readonly limit: number;
}

export interface AuditPage {
  readonly items: readonly AuditRecord[];
  readonly next: AuditPlace | undefined;
}

/** The audit trail of the tenant, which its administrators read. Nothing changes or removes a record but retention. */
export class AuditTrail {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** A page of records, the newest first. `next`: the place of its last, if more follow. */
  async list(query: AuditQuery): Promise<AuditPage> {
    const { rows } = await this.#database.transaction((transaction) =>
      transaction.query<AuditRecord>(
        `SELECT id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, actor, action,
                entity_type AS "entityType", entity_id AS "entityId", request_id AS "requestId", details
           FROM public.own_audit_records($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        parametersOf(query),
      ),
    );
    const items = rows.slice(0, query.limit);
    const last = rows.length > query.limit ? items.at(-1) : undefined;
    return { items, next: last && { at: last.at, id: last.id } };
  }
}

/** One record more than the page holds tells whether others follow. */
function parametersOf(query: AuditQuery): unknown[] {
  const { since, until, after, actor, action, entityType, entityId, requestId, limit } = query;
  const matched = [actor, action, entityType, entityId, requestId];
  return [
    since,
    until,
    after?.at ?? null,
    after?.id ?? null,
    ...matched.map((text) => text ?? null),
    limit + 1,
  ];
}
