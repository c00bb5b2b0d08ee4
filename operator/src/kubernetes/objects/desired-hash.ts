import { createHash } from "node:crypto";
import { canonicalJson } from "../../base/canonical-json.ts";
import type { KubernetesObject } from "./kinds.ts";

/** The annotation on every applied object: a digest of the desired object. */
export const desiredHashAnnotation = "dotmac.io/desired-hash";

/**
 * A digest of a desired object, independent of the order of its fields. For a Secret it covers only the names of the
 * values, because annotations are visible where values are not. Changed values are found by comparison.
 */
export function desiredHash(desired: KubernetesObject): string {
  const { data, ...rest } = desired as KubernetesObject & { data?: object };
  const hashed = desired.kind === "Secret" ? { ...rest, data: Object.keys(data ?? {}).sort() } : desired;
  return createHash("sha256").update(canonicalJson(hashed)).digest("hex").slice(0, 32);
}
