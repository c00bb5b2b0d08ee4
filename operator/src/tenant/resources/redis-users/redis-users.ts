import { redisRoles } from "../../model/redis-roles.ts";
import type { Resource } from "../../step/resource.ts";
import { driftedUsers } from "./drifted.ts";
import { ensureUsers } from "./ensure.ts";
import type { GivenPasswords } from "./given-passwords.ts";
import { redisLogin } from "./login.ts";
import { removeRetiredUsers } from "./remove-retired-users.ts";
import { shareLimit } from "./share-limit.ts";

/** The tenant's user on both Redis servers, and its keys there. */
export function createRedisUsers(): Resource {
  const given: GivenPasswords = new Map();
  return {
    condition: "CacheReady",
    login: redisLogin,
    limits: [shareLimit],
    ensure: (subject) => ensureUsers(subject, given),
    drifted: (tenants, world) =>
      redisRoles.flatMap((role) => {
        const listed = world.redis[role].users();
        return [
          { part: `redis-${role}`, drifted: driftedUsers(tenants, given, listed) },
          {
            part: `retired users of redis-${role}`,
            drifted: removeRetiredUsers(listed, world, world.redis[role]).then(() => []),
          },
        ];
      }),
    async revoke({ names, world }) {
      given.delete(names.id);
      for (const role of redisRoles) await world.redis[role].deleteUser(names.redis.user);
    },
    async destroy({ redis: { prefix } }, { redis }) {
      for (const role of redisRoles) await redis[role].deleteKeys(prefix);
    },
  };
}
