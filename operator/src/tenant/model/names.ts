import { createHash } from "node:crypto";
import { namesOnServers, tenantIdPattern } from "../../../../contract/tenant-ids.ts";
import type { LoginLetter } from "./credentials.ts";

/** Every name that the platform gives to one tenant's things. */
export interface TenantNames {
  /** `metadata.name` of the Tenant: for people; never used where another tenant could read it. */
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

const base32Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
const idLength = 10;

/**
 * The opaque id of a tenant: the first 10 characters of the lower-case RFC 4648 base32 of
 * SHA-256(uid). Every PostgreSQL role can read the catalog's names, so an id must tell nothing.
 */
export function tenantId(uid: string): string {
  return base32(createHash("sha256").update(uid).digest()).slice(0, idLength);
}

/** Which names are a tenant's, as regular expressions that JavaScript and PostgreSQL read alike; a first group is the id. */
export const namePatterns = {
  namespace: `^isp-[a-z0-9-]{1,40}-${tenantIdPattern}$`,
  /** Of any of its roles in PostgreSQL. */
  role: `^t_(${tenantIdPattern})_`,
  appLogin: `^t_${tenantIdPattern}_app_[ab]$`,
  migrator: `^t_${tenantIdPattern}_migrator$`,
  /** Of the roles that hold rights of the role that tenants share. */
  sharing: `^t_(${tenantIdPattern})_(rw|migrator)$`,
  redisUser: `^t_(${tenantIdPattern})$`,
  redisKey: `^t:(${tenantIdPattern}):`,
} as const;

/** All names of the tenant called `tenant` whose id is `id`. */
export function tenantNames(tenant: string, id: string): TenantNames {
  const namespace = `isp-${tenant}-${id}`;
  const { schema, ownerRole, migratorRole, readWriteRole, appLogins, redisUser, redisPrefix } =
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
      appA: appLogins.a,
      appB: appLogins.b,
    },
    redis: { user: redisUser, prefix: redisPrefix },
    vault: { path: namespace, transitKey: namespace },
  };
}

/** Whether a namespace may be a tenant's, by its name alone: which are, only the Tenants tell. */
export function looksLikeTenantNamespace(namespace: string): boolean {
  return tenantNamespace.test(namespace);
}

const tenantNamespace = new RegExp(namePatterns.namespace);

/** The role of one of the two app logins. */
export function appLogin({ roles }: TenantNames, letter: LoginLetter): string {
  return letter === "a" ? roles.appA : roles.appB;
}

function base32(bytes: Buffer): string {
  let bits = "";
  for (const byte of bytes) bits += byte.toString(2).padStart(8, "0");
  const groups = bits.match(/.{5}/g) ?? [];
  return groups.map((group) => base32Alphabet[Number.parseInt(group, 2)]).join("");
}
