import type { RedisRole } from "../../model/redis-roles.ts";
import { finding } from "../../step/findings.ts";
import type { Limit } from "../../step/limit.ts";

/** The Redis servers on which the tenant may store nothing, because it exceeds its share. */
export const stoppedOnFound = finding<readonly RedisRole[]>("servers that stopped the tenant", "CacheReady");

/** The condition of a Tenant that may store nothing on a Redis server, because it exceeds its share. */
export const shareLimit: Limit<readonly RedisRole[]> = {
  condition: "RedisLimited",
  // The sweep that stops the tenant sends the Event.
  becomesEvent: false,
  finding: stoppedOnFound,
  trouble(stoppedOn) {
    if (stoppedOn.length === 0) return undefined;
    const servers = stoppedOn.map((role) => `redis-${role}`).join(" and ");
    const means = stoppedOn.includes("state") ? "users cannot log in" : "nothing is cached";
    const message = `The tenant keeps more than its share of ${servers} and may store nothing there, so that ${means}. It ends by itself once the tenant keeps less than 80 %. Find out what writes so much; config.redisShares in the operator's values is the share.`;
    return { reason: "RedisShareExceeded", message };
  },
};
