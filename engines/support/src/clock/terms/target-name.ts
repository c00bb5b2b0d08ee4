/** The targets for which an agreement promises a time. */
export type TargetName = "firstResponse" | "update" | "solution";

/** In the order in which a ticket meets them. */
export const targetNames: readonly TargetName[] = ["firstResponse", "update", "solution"];
