import type { Resource } from "../step/resource.ts";
import { database } from "./database/database.ts";
import { redisUsers } from "./redis-users/redis-users.ts";
import { secrets } from "./secrets/secrets.ts";

/**
 * All that a tenant has outside of Kubernetes, in the order in which it is made. It is revoked and destroyed in the
 * reverse order: encryption keys last.
 */
export const tenantResources: readonly Resource[] = [secrets, database, redisUsers];
