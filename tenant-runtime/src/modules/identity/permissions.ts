/** What each role may do; an operation names the permission that it needs. */
export const permissionsOf = {
  admin: ["customers:read", "customers:write", "customers:delete", "users:manage"],
  agent: ["customers:read", "customers:write"],
} as const satisfies Record<string, readonly string[]>;

export type UserRole = keyof typeof permissionsOf;
export type Permission = (typeof permissionsOf)[UserRole][number];

/** Whether someone of this role may use an operation that needs `permission`. */
export function permits(principal: { readonly role: UserRole }, permission: string): boolean {
  const granted: readonly string[] = permissionsOf[principal.role];
  return granted.includes(permission);
}
