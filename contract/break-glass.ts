/** The group whose members may write in tenants' namespaces (charts/operator, admission). */
export const breakGlassGroup = "dotmac:break-glass";

/** The flags with which kubectl acts as this administrator in the break-glass group. */
export function breakGlassFlags(user: string): string[] {
  return [`--as=${user}`, "--as-group=system:masters", `--as-group=${breakGlassGroup}`];
}
