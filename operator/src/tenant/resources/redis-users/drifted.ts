import { sameRights, sameUser } from "../../../clients/redis/acl-user.ts";
import type { Redis } from "../../../clients/redis/redis.ts";
import type { ObservedPlatform, SettledTenant } from "../../step/resource.ts";
import { redisUser } from "./redis-user.ts";
import { removeRetiredUsers } from "./remove-retired-users.ts";
import { asStopped } from "./stopped-user.ts";

/**
 * The tenants whose user on one server differs. Passwords are compared by the digests that the tenant's last reconcile
 * in this term has set; before the first reconcile only their number is compared: two while the database has two logins.
 */
export async function driftedUsers(
  tenants: readonly SettledTenant[],
  world: Pick<ObservedPlatform, "postgres" | "redisDigests">,
  server: Redis,
): Promise<SettledTenant[]> {
  const users = new Map((await server.users()).map((user) => [user.name, user]));
  await removeRetiredUsers([...users.keys()], world, server);
  return tenants.filter(({ plan: { names }, enabledLogins }) => {
    const found = users.get(names.redis.user);
    if (found === undefined) return true;
    const passwordHashes = world.redisDigests.get(names.id);
    const wanted = asStopped(redisUser(names), found);
    if (passwordHashes !== undefined) return !sameUser({ ...wanted, passwordHashes }, found);
    return found.passwordHashes.length !== enabledLogins.length || !sameRights(wanted, found);
  });
}
