import type { Transaction } from "../database/database.ts";

/** The user and the request of an action, or `system` for the runtime's own actions. */
export interface Actor {
  readonly id: string;
  readonly requestId: string | undefined;
}

/** One line of the tenant's audit trail. */
export interface AuditEntry {
  readonly actor: Actor;
  /** `customer.created` */
  readonly action: string;
  readonly entityType: string;
  readonly entityId: string;
  /** Names of changed fields, states and identifiers, never personal data, because the trail is plain text. */
  readonly details: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

/** Writes an audit row inside the transaction of the change, so that neither exists without the other. */
export type Audit = (transaction: Transaction, entry: AuditEntry) => Promise<void>;

export function createAudit(tenantId: string): Audit {
  return async (transaction, { actor, action, entityType, entityId, details }) => {
    await transaction.query(
      `INSERT INTO public.audit_logs (tenant_id, actor, action, entity_type, entity_id, request_id, details)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [tenantId, actor.id, action, entityType, entityId, actor.requestId ?? null, JSON.stringify(details)],
    );
  };
}
