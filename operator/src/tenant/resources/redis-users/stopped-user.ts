import { type AclUser, mayExactly } from "../../../clients/redis/acl-user.ts";
import { withoutStoring } from "./redis-user.ts";

/** Whether a user may store nothing. Redis alone knows: the operator that stopped it may have ended since. */
export function isStopped(user: AclUser): boolean {
  return mayExactly(user, withoutStoring);
}

/** The wanted user. One that was stopped for exceeding its share stays stopped: only the measurement of shares lifts that. */
export function asStopped(wanted: AclUser, found: AclUser | undefined): AclUser {
  return found !== undefined && isStopped(found) ? { ...wanted, commands: withoutStoring } : wanted;
}
