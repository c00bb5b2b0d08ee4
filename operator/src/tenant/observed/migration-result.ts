import type { Job, Pod } from "../../kubernetes/objects/kinds.ts";
import { lastMessage, succeededPod } from "./job-state.ts";

/** What a migration Job that succeeded has said of the schema. */
export type MigrationResult =
  | { readonly kind: "version"; readonly version: number }
  /** The pod that said it is gone. */
  | { readonly kind: "lost" }
  | { readonly kind: "invalid"; readonly found: string };

/** A number as PostgreSQL's `int` holds it, without a sign or zeros before it. */
const versionPattern = /^(0|[1-9]\d{0,8})$/;

/**
 * Reads the version from the termination message of the Job's pod (docs/contracts.md, "The migration Job"). It is the
 * tenant's word: one that lies about its own schema keeps migrations from itself alone.
 */
export function migrationResult(job: Job, pods: readonly Pod[]): MigrationResult {
  const pod = succeededPod(job, pods);
  if (pod === undefined) return { kind: "lost" };
  const found = lastMessage(pod) ?? "";
  if (versionPattern.test(found)) return { kind: "version", version: Number(found) };
  return { kind: "invalid", found: found.slice(0, 100) };
}
