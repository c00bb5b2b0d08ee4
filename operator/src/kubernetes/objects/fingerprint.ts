import { createHash } from "node:crypto";
import { canonicalJson } from "../../base/canonical-json.ts";
import type { KubernetesObject } from "./kinds.ts";

/** A digest of all fields of a live object that clients may set, without status, version and other bookkeeping. */
export function fingerprint(live: KubernetesObject): string {
  const { status: _, metadata, ...sections } = live as KubernetesObject & { status?: unknown };
  const { labels, annotations, managedFields, ownerReferences } = metadata;
  const subject = { sections, labels, annotations, managedFields, ownerReferences };
  return createHash("sha256").update(canonicalJson(subject)).digest("base64");
}
