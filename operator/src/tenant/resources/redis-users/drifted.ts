import { type AclUser, sameRights, sameUser } from "../../../clients/redis/acl-user.ts";
import type { SettledTenant } from "../../step/resource.ts";
import type { GivenPasswords } from "./given-passwords.ts";
import { redisUser } from "./redis-user.ts";
import { asStopped } from "./stopped-user.ts";

/**
 * The tenants whose user on one server differs, by the server's list of users. It asks no other server. Passwords are
 * compared by the digests from the tenant's last reconcile in this process. Before the first reconcile only their number is compared: two while the database has two logins.
 */
export async function driftedUsers(
  tenants: readonly SettledTenant[],
  given: GivenPasswords,
  listed: Promise<readonly AclUser[]>,
): Promise<SettledTenant[]> {
  const users = new Map((await listed).map((user) => [user.name, user]));
  return tenants.filter(({ blueprint: { names }, enabledLogins }) => {
    const found = users.get(names.redis.user);
    if (found === undefined) return true;
    const passwordHashes = given.get(names.id);
    const desired = asStopped(redisUser(names), found);
    if (passwordHashes !== undefined) return !sameUser({ ...desired, passwordHashes }, found);
    return found.passwordHashes.length !== enabledLogins.length || !sameRights(desired, found);
  });
}
