import type { Permits } from "./authentication.ts";
import type { Role } from "./principal.ts";

/** Which roles have each permission. */
export type Grants = Readonly<Record<string, readonly Role[]>>;

/** What each role may do. */
export interface Roles {
  readonly permits: Permits;
  permissionsOf(role: Role): readonly string[];
}

export function createRoles(grants: Grants): Roles {
  const holds = (role: Role, permission: string) => grants[permission]?.includes(role) === true;
  return {
    permits: ({ role }, permission) => holds(role, permission),
    permissionsOf: (role) => Object.keys(grants).filter((permission) => holds(role, permission)),
  };
}
