import { redisRoles } from "../../model/redis-roles.ts";
import type { Resource } from "../../step/resource.ts";
import { driftedUsers } from "./drifted.ts";
import { ensureUsers } from "./ensure.ts";

/** The tenant's user on both Redis servers, and its keys there. */
export const redisUsers: Resource = {
  condition: "CacheReady",
  ensure: ensureUsers,
  drifted: (tenants, world) =>
    redisRoles.map((role) => ({
      part: `redis-${role}`,
      drifted: driftedUsers(tenants, world, world.redis[role]),
    })),
  async revoke({ names, world }) {
    world.redisDigests.delete(names.id);
    for (const role of redisRoles) await world.redis[role].deleteUser(names.redis.user);
  },
  async destroy({ redis: { prefix } }, { redis }) {
    for (const role of redisRoles) await redis[role].deleteKeys(prefix);
  },
};
