import type { Job, Pod } from "../../kubernetes/objects/kinds.ts";
import { lastMessage, succeededPod } from "./job-state.ts";

/** The report of a successful migration Job about the schema. */
export type MigrationResult =
  | { readonly kind: "version"; readonly version: number }
  /** The reporting pod no longer exists. */
  | { readonly kind: "lost" }
  | { readonly kind: "invalid"; readonly found: string };

/** A number in the range of PostgreSQL's `int`, without a sign or leading zeros. */
const versionPattern = /^(0|[1-9]\d{0,8})$/;

/**
 * Reads the version from the termination message of the Job's pod (docs/contracts.md, "The migration Job"). The tenant
 * controls this message: a false version of its own schema only prevents its own migrations.
 */
export function migrationResult(job: Job, pods: readonly Pod[]): MigrationResult {
  const pod = succeededPod(job, pods);
  if (pod === undefined) return { kind: "lost" };
  const found = lastMessage(pod) ?? "";
  if (versionPattern.test(found)) return { kind: "version", version: Number(found) };
  return { kind: "invalid", found: found.slice(0, 100) };
}
