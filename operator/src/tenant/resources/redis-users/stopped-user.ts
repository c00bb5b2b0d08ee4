import { type AclUser, mayExactly } from "../../../clients/redis/acl-user.ts";
import { withoutStoring } from "./redis-user.ts";

/** Whether a user may store nothing. Redis alone knows: the operator that stopped it may have ended since. */
export function isStopped(user: AclUser): boolean {
  return mayExactly(user, withoutStoring);
}

/** The wanted user, still without what its share has cost it: only who measures gives that back. */
export function asStopped(wanted: AclUser, found: AclUser | undefined): AclUser {
  return found !== undefined && isStopped(found) ? { ...wanted, commands: withoutStoring } : wanted;
}
