import { Counter, Gauge, type Registry } from "prom-client";
import { tenantStatusPhases } from "./api/tenant.generated.ts";
import type { Tenant } from "./tenant/model/kinds.ts";

/** The metrics of tenants and of the servers that they share. Labels never hold the name of a tenant. */
export class TenantMetrics {
  readonly #databaseBytes: Gauge;
  readonly #databasePromisedBytes: Gauge;
  readonly #multixactAge: Gauge;
  readonly #endedTransactions: Counter;
  readonly #auditRecords: Counter;
  readonly #shareOver: Gauge;
  readonly #shareMost: Gauge;

  readonly #registers: Registry[];

  /** Gauges of what has not been observed have no value, so a standby adds nothing to a sum or an average. */
  constructor(registry: Registry) {
    const registers = [registry];
    this.#registers = registers;
    this.#databaseBytes = new Gauge({
      name: "dotmac_operator_database_bytes",
      help: "Bytes on disk of the database that all tenants share.",
      registers,
    });
    this.#databasePromisedBytes = new Gauge({
      name: "dotmac_operator_database_promised_bytes",
      help: "Bytes that the plans' database.storage allows for all tenants together.",
      registers,
    });
    this.#multixactAge = new Gauge({
      name: "dotmac_operator_database_multixact_age",
      help: "Multixacts (shared locks of a row) made since the oldest that PostgreSQL keeps.",
      registers,
    });
    this.#endedTransactions = new Counter({
      name: "dotmac_operator_ended_transactions_total",
      help: "Sessions of tenants ended because their transaction was open for too long.",
      registers,
    });
    this.#auditRecords = new Counter({
      name: "dotmac_operator_audit_records_removed_total",
      help: "Audit records deleted at the end of their retention.",
      registers,
    });
    this.#shareOver = new Gauge({
      name: "dotmac_operator_redis_tenants_over_share",
      help: "Tenants that may not write because they exceed their share, by Redis server.",
      labelNames: ["server"],
      registers,
    });
    this.#shareMost = new Gauge({
      name: "dotmac_operator_redis_largest_tenant_bytes",
      help: "Bytes of the largest tenant, by Redis server.",
      labelNames: ["server"],
      registers,
    });
    for (const gauge of [this.#databaseBytes, this.#databasePromisedBytes, this.#multixactAge])
      gauge.remove();
  }

  /** Counts the tenants at each collection. Only the leader does, because every replica watches all of them. */
  watchTenants(tenants: () => readonly Tenant[]): void {
    new Gauge({
      name: "dotmac_operator_tenants",
      help: "Tenants by the phase of their status; Pending before the first. Only the leader counts them.",
      labelNames: ["phase"],
      registers: this.#registers,
      collect() {
        // At 0 too, so that an alert can be written before the first tenant is in that phase.
        for (const phase of tenantStatusPhases) this.set({ phase }, 0);
        for (const { status } of tenants()) this.inc({ phase: status?.phase ?? "Pending" });
      },
    });
  }

  databaseShares(found: { bytes: number; promisedBytes: number }): void {
    this.#databaseBytes.set(found.bytes);
    this.#databasePromisedBytes.set(found.promisedBytes);
  }

  transactions(found: { multixactAge: number; endedTransactions: number }): void {
    this.#multixactAge.set(found.multixactAge);
    this.#endedTransactions.inc(found.endedTransactions);
  }

  auditExpired(records: number): void {
    this.#auditRecords.inc(records);
  }

  redisShare({ role, most, over }: { role: string; most: number; over: number }): void {
    this.#shareOver.set({ server: role }, over);
    this.#shareMost.set({ server: role }, most);
  }
}
