/** As an administrator who takes the operator's part in tenants' namespaces, which the audit log then shows. */
export const breakGlass = [
  "--as=kubernetes-admin",
  "--as-group=system:masters",
  "--as-group=dotmac:break-glass",
] as const;
