import { createHash } from "node:crypto";
import { objectNames, platformCaKey } from "../../../../../contract/object-names.ts";
import { apiPort, managementPort } from "../../../../../contract/runtime-ports.ts";
import {
  tenantFileName,
  unreadTenantFields,
  type WrittenTenantFile,
} from "../../../../../contract/tenant-file.ts";
import type { ConfigMap } from "../../../kubernetes/objects/kinds.ts";
import type { Blueprint } from "../../model/blueprint.ts";
import { tenantLabels } from "../labels.ts";

/** The periods of a pod's shutdown; see "the runtime's environment" in docs/contracts.md. */
export const shutdown = { lameDuckSeconds: 5, requestGraceSeconds: 30 } as const;

/** The tenant file: the runtime's settings that are not secret. */
export function runtimeConfig(blueprint: Blueprint): ConfigMap {
  const document = `${JSON.stringify(tenantDocument(blueprint), undefined, 2)}\n`;
  return configMap(blueprint, objectNames.runtime, blueprint.held?.config ?? { [tenantFileName]: document });
}

/**
 * The CA certificates for PostgreSQL, PgBouncer, Redis, Vault and the egress proxy. Pods follow changes of the file.
 */
export function platformCa(blueprint: Blueprint): ConfigMap {
  return configMap(blueprint, objectNames.platformCa, { [platformCaKey]: blueprint.settings.ca });
}

/** A digest of the settings that pods read only at start. Files that they follow, such as secrets, are not in it. */
export function configChecksum(data: ConfigMap["data"]): string {
  return createHash("sha256")
    .update(JSON.stringify([data]))
    .digest("hex")
    .slice(0, 16);
}

function tenantDocument(blueprint: Blueprint): WrittenTenantFile {
  const { names, settings } = blueprint;
  return {
    tenant: {
      id: names.id,
      name: names.tenant,
      displayName: blueprint.displayName,
      currency: blueprint.currency,
      timeZone: blueprint.timeZone,
      country: blueprint.country,
      modules: blueprint.modules,
      ...unreadTenantFields,
      // Omitted if empty, because a new field would restart the pods of all tenants.
      ...(blueprint.allowedOrigins.length > 0 && { allowedOrigins: blueprint.allowedOrigins }),
    },
    api: { port: apiPort, managementPort },
    database: {
      ...settings.pgbouncer,
      name: settings.databaseName,
      schema: names.schema,
      poolSize: blueprint.database.poolSize,
      statementTimeoutMs: blueprint.database.statementTimeoutMs,
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
    limits: blueprint.limits,
    authentication: settings.authentication,
    retention: { eventDays: blueprint.eventDays },
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
