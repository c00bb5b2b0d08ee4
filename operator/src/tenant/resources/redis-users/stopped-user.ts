import { type AclUser, mayExactly } from "../../../clients/redis/acl-user.ts";
import { withoutStoring } from "./redis-user.ts";

/** Whether a user may store nothing. Only Redis knows, because the operator that stopped it may have restarted. */
export function isStopped(user: AclUser): boolean {
  return mayExactly(user, withoutStoring);
}

/**
 * The desired user. A user stopped for exceeding its share stays stopped: only the measurement of shares enables it.
 */
export function asStopped(desired: AclUser, found: AclUser | undefined): AclUser {
  return found !== undefined && isStopped(found) ? { ...desired, commands: withoutStoring } : desired;
}
