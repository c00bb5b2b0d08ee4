import type { Resource } from "../step/resource.ts";
import { database } from "./database/database.ts";
import { createRedisUsers } from "./redis-users/redis-users.ts";
import { createSecrets } from "./secrets/secrets.ts";

/**
 * All resources of a tenant outside of Kubernetes, in the order of their creation. They are revoked and destroyed in
 * the reverse order: encryption keys last. A process makes them once, because some remember tenants from their
 * `ensure` until their `drifted`.
 */
export function createResources(): readonly Resource[] {
  return behindSecrets([database, createRedisUsers()]);
}

/** `servers` after the secrets, which contain the login of each. */
export function behindSecrets(servers: readonly Resource[]): readonly Resource[] {
  return [createSecrets(servers.flatMap(({ login }) => login?.added ?? [])), ...servers];
}
