import type { AclUser } from "../../../clients/redis/acl-user.ts";
import type { Redis } from "../../../clients/redis/redis.ts";
import { namePatterns, tenantNames } from "../../model/names/names.ts";
import type { World } from "../../step/world.ts";

const tenantUser = new RegExp(namePatterns.redisUser);

/**
 * Removes the users of retired tenants. A deposed leader may have created a user after its successor had deleted it,
 * and Redis cannot distinguish an old leader from a new one. Apart from the look for drift, because it needs PostgreSQL
 * too. That look reports when the list of users fails.
 */
export async function removeRetiredUsers(
  listed: Promise<readonly AclUser[]>,
  { postgres }: Pick<World, "postgres">,
  server: Redis,
): Promise<void> {
  const users = await listed.catch(() => []);
  const ids = users.flatMap(({ name }) => tenantUser.exec(name)?.[1] ?? []);
  const retired = await postgres.query<{ id: string }>(
    `SELECT id FROM public.tenants WHERE id = ANY ($1::text[]) AND state <> 'active'`,
    [ids],
  );
  for (const { id } of retired) await server.deleteUser(tenantNames("", id).redis.user);
}
