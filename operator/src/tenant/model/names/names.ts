import { createHash } from "node:crypto";
import {
  namesOnServers,
  tenantIdAlphabet,
  tenantIdLength,
  tenantIdPattern,
  tenantNamespace,
} from "../../../../../contract/tenant-ids.ts";
import type { LoginLetter } from "./credentials.ts";

/** Every name of one tenant's objects on the platform. */
export interface TenantNames {
  /** `metadata.name` of the Tenant, for messages. Never used where another tenant could read it. */
  readonly tenant: string;
  readonly id: string;
  readonly namespace: string;
  readonly schema: string;
  readonly roles: TenantRoles;
  readonly redis: { readonly user: string; readonly prefix: string };
  readonly vault: { readonly path: string; readonly transitKey: string };
}

export interface TenantRoles {
  readonly owner: string;
  readonly migrator: string;
  readonly readWrite: string;
  readonly appA: string;
  readonly appB: string;
}

/**
 * The opaque id of a tenant: the first characters of the lower-case base32 of SHA-256(uid). Every
 * PostgreSQL role can read the names in the catalog, so an id must reveal nothing.
 */
export function tenantId(uid: string): string {
  return base32(createHash("sha256").update(uid).digest()).slice(0, tenantIdLength);
}

/** Patterns of tenants' names, as regular expressions for JavaScript and PostgreSQL. The first group is the id. */
export const namePatterns = {
  namespace: `^isp-[a-z0-9-]{1,40}-${tenantIdPattern}$`,
  /** Any role of a tenant in PostgreSQL. */
  role: `^t_(${tenantIdPattern})_`,
  appLogin: `^t_${tenantIdPattern}_app_[ab]$`,
  migrator: `^t_${tenantIdPattern}_migrator$`,
  /** The roles that are members of the tenants' shared role. */
  sharing: `^t_(${tenantIdPattern})_(rw|migrator)$`,
  redisUser: `^t_(${tenantIdPattern})$`,
  redisKey: `^t:(${tenantIdPattern}):`,
} as const;

/** All names of the tenant `tenant` with the id `id`. */
export function tenantNames(tenant: string, id: string): TenantNames {
  const namespace = tenantNamespace(tenant, id);
  const { schema, ownerRole, migratorRole, readWriteRole, redisUser, redisPrefix, ...shared } =
    namesOnServers(id);
  return {
    tenant,
    id,
    namespace,
    schema,
    roles: {
      owner: ownerRole,
      migrator: migratorRole,
      readWrite: readWriteRole,
      appA: shared.appLogins.a,
      appB: shared.appLogins.b,
    },
    redis: { user: redisUser, prefix: redisPrefix },
    vault: { path: namespace, transitKey: namespace },
  };
}

/** Whether a namespace may be a tenant's, by its name alone. Only the Tenants decide. */
export function looksLikeTenantNamespace(namespace: string): boolean {
  return namespacePattern.test(namespace);
}

const namespacePattern = new RegExp(namePatterns.namespace);

/** The role of one of the two app logins. */
export function appLogin({ roles }: TenantNames, letter: LoginLetter): string {
  return letter === "a" ? roles.appA : roles.appB;
}

/** The logins of the tenant's pods. */
export function appLogins({ roles }: TenantNames): readonly string[] {
  return [roles.appA, roles.appB];
}

/** All logins of a tenant. */
export function allLogins(names: TenantNames): readonly string[] {
  return [...appLogins(names), names.roles.migrator];
}

function base32(bytes: Buffer): string {
  let bits = "";
  for (const byte of bytes) bits += byte.toString(2).padStart(8, "0");
  const groups = bits.match(/.{5}/g) ?? [];
  return groups.map((group) => tenantIdAlphabet[Number.parseInt(group, 2)]).join("");
}
