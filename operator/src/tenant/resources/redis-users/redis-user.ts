import { createHash } from "node:crypto";
import { redisCommands, redisPatterns } from "../../../../../contract/redis-access.ts";
import type { TenantNames } from "../../model/names/names.ts";

/** The commands that can increase the stored data. Redis refuses the same ones when its memory is full. */
const storing = new Set(["set", "zadd"]);

/** The commands of a tenant that exceeds its share: it can read, end sessions and receive events. */
export const withoutStoring: readonly string[] = redisCommands.filter((command) => !storing.has(command));

/** A tenant's user. It may send only the listed commands, on its own keys and two own channels. */
export function redisUser(names: TenantNames, ...passwords: readonly string[]) {
  return {
    name: names.redis.user,
    enabled: true,
    anyPassword: false,
    passwordHashes: passwords.map((password) => createHash("sha256").update(password).digest("hex")),
    ...redisPatterns(names.redis.prefix),
    commands: redisCommands,
    selectors: 0,
  };
}
