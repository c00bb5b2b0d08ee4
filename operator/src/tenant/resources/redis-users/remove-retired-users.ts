import type { Redis } from "../../../clients/redis/redis.ts";
import { namePatterns, tenantNames } from "../../model/names.ts";
import type { World } from "../../step/world.ts";

const tenantUser = new RegExp(namePatterns.redisUser);

/**
 * Removes the users of tenants that are retired: a leader that was deposed while it made one may have made it after
 * its successor had deleted it. Redis cannot tell an old leader from a new one.
 */
export async function removeRetiredUsers(
  users: readonly string[],
  { postgres }: Pick<World, "postgres">,
  server: Redis,
): Promise<void> {
  const ids = users.flatMap((user) => tenantUser.exec(user)?.[1] ?? []);
  const retired = await postgres.query<{ id: string }>(
    `SELECT id FROM public.tenants WHERE id = ANY ($1::text[]) AND state <> 'active'`,
    [ids],
  );
  for (const { id } of retired) await server.deleteUser(tenantNames("", id).redis.user);
}
