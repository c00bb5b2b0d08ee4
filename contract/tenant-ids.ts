/** Lower-case base32 (RFC 4648, section 6). */
export const tenantIdAlphabet = "abcdefghijklmnopqrstuvwxyz234567";
export const tenantIdLength = 10;

/** A tenant's opaque id, as a regular expression without anchors. */
export const tenantIdPattern = `[a-z2-7]{${tenantIdLength}}`;

/** The namespace of the Tenant `tenant` with the id `id`. */
export function tenantNamespace(tenant: string, id: string): string {
  return `isp-${tenant}-${id}`;
}

/** The names that follow from a tenant's id on the shared servers. */
export interface NamesOnServers {
  /** The schema in PostgreSQL. */
  readonly schema: string;
  readonly ownerRole: string;
  readonly migratorRole: string;
  /** The role that holds the rights of both app logins. */
  readonly readWriteRole: string;
  readonly appLogins: { readonly a: string; readonly b: string };
  readonly redisUser: string;
  /** The prefix of every key and channel of the tenant in Redis. */
  readonly redisPrefix: string;
}

export function namesOnServers(id: string): NamesOnServers {
  const schema = `t_${id}`;
  return {
    schema,
    ownerRole: `${schema}_owner`,
    migratorRole: `${schema}_migrator`,
    readWriteRole: `${schema}_rw`,
    appLogins: { a: `${schema}_app_a`, b: `${schema}_app_b` },
    redisUser: schema,
    redisPrefix: `t:${id}:`,
  };
}
