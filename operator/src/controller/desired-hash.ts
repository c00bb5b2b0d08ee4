import { createHash } from "node:crypto";
import { canonicalJson } from "./canonical-json.ts";
import type { KubernetesObject } from "./kinds.ts";

/** On every object the operator applies: a digest of the object as it was wanted. */
export const desiredHashAnnotation = "dotmac.io/desired-hash";

/**
 * A digest of a desired object that does not depend on the order of its fields. The values of a Secret
 * are left out, for annotations are shown where values are not; drift in them is found by comparing.
 */
export function desiredHash(desired: KubernetesObject): string {
  const { data: _, ...withoutData } = desired as KubernetesObject & { data?: unknown };
  const hashed = desired.kind === "Secret" ? withoutData : desired;
  return createHash("sha256").update(canonicalJson(hashed)).digest("hex").slice(0, 32);
}
