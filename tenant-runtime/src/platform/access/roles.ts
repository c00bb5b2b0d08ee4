import type { Permits } from "./authentication.ts";
import type { Role } from "./principal.ts";

/** The roles that have each permission. */
export type Grants = Readonly<Record<string, readonly Role[]>>;

/** The permissions of each role. */
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
