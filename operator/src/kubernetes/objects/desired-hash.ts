import { createHash } from "node:crypto";
import { canonicalJson } from "../../base/canonical-json.ts";
import type { KubernetesObject } from "./kinds.ts";

/** On every object the operator applies: a digest of the object as it was wanted. */
export const desiredHashAnnotation = "dotmac.io/desired-hash";

/**
 * A digest of a desired object that does not depend on the order of its fields. Of a Secret's values only
 * the names count, for annotations are shown where values are not; another value is found by comparing.
 */
export function desiredHash(desired: KubernetesObject): string {
  const { data, ...rest } = desired as KubernetesObject & { data?: object };
  const hashed = desired.kind === "Secret" ? { ...rest, data: Object.keys(data ?? {}).sort() } : desired;
  return createHash("sha256").update(canonicalJson(hashed)).digest("hex").slice(0, 32);
}
