import { createHash } from "node:crypto";
import { apiPort, managementPort } from "../../../../../contract/runtime-ports.ts";
import { tenantFileName, type WrittenTenantFile } from "../../../../../contract/tenant-file.ts";
import type { ConfigMap } from "../../../kubernetes/objects/kinds.ts";
import type { Blueprint } from "../../model/blueprint.ts";
import { tenantLabels } from "../labels.ts";

/** The times that bound a pod's shutdown; see "the runtime's environment" in docs/contracts.md. */
export const shutdown = { lameDuckSeconds: 5, requestGraceSeconds: 30 } as const;

/** The tenant file: the runtime's settings that are not secret. */
export function runtimeConfig(plan: Blueprint): ConfigMap {
  const document = `${JSON.stringify(tenantDocument(plan), undefined, 2)}\n`;
  return configMap(plan, "runtime", plan.held?.config ?? { [tenantFileName]: document });
}

/** The certificates by which pods know PostgreSQL, PgBouncer, Redis, Vault and the egress proxy; they follow it. */
export function platformCa(plan: Blueprint): ConfigMap {
  return configMap(plan, "platform-ca", { "ca.crt": plan.settings.ca });
}

/** Changes with what pods read only at start; what they follow, such as secrets and certificates, is not in it. */
export function configChecksum(data: ConfigMap["data"]): string {
  return createHash("sha256")
    .update(JSON.stringify([data]))
    .digest("hex")
    .slice(0, 16);
}

function tenantDocument(plan: Blueprint): WrittenTenantFile {
  const { names, settings } = plan;
  return {
    tenant: {
      id: names.id,
      name: names.tenant,
      displayName: plan.displayName,
      plan: plan.plan,
      hosts: plan.hosts,
      currency: plan.currency,
      timeZone: plan.timeZone,
      country: plan.country,
      modules: plan.modules,
      suspended: plan.suspended,
    },
    api: { port: apiPort, managementPort },
    database: {
      ...settings.pgbouncer,
      name: settings.databaseName,
      schema: names.schema,
      poolSize: plan.database.poolSize,
      statementTimeoutMs: plan.database.statementTimeoutMs,
    },
    redis: { cache: settings.redis.cache, state: settings.redis.state, prefix: names.redis.prefix },
    vault: {
      address: settings.vault.address,
      authMount: settings.vault.authMount,
      role: "tenant-runtime",
      transitMount: "transit",
      transitKey: names.vault.transitKey,
    },
    egress: settings.egress,
    limits: plan.limits,
    authentication: settings.authentication,
    retention: { eventDays: plan.eventDays },
    shutdown,
  };
}

function configMap({ names }: Blueprint, name: string, data: Record<string, string>): ConfigMap {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace: names.namespace, labels: tenantLabels(names) },
    data,
  };
}
