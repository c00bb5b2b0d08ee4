import { breakGlassFlags } from "../../contract/break-glass.ts";

/** Flags for an administrator's change in a tenant's namespace. The audit log shows the group. */
export const breakGlass = breakGlassFlags("kubernetes-admin");
