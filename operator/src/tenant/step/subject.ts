import type { Applied } from "../../kubernetes/apply/cluster.ts";
import type { Outcome } from "../../kubernetes/loop/outcome.ts";
import type { Kind, KubernetesObject } from "../../kubernetes/objects/kinds.ts";
import type { Blueprint } from "../model/blueprint.ts";
import type { Credentials } from "../model/credentials.ts";
import type { Tenant } from "../model/kinds.ts";
import type { RedisRole } from "../model/redis-roles.ts";
import type { StorageLevel } from "../model/storage-level.ts";
import type { World } from "./world.ts";

/** What one reconcile is about, what it has found so far, and what it has changed. */
export interface Subject {
  /** As last read or written. */
  tenant: Tenant;
  readonly plan: Blueprint;
  readonly world: World;
  readonly found: Findings;
  /** One line for each write outside of the Tenant itself. */
  readonly changes: string[];
}

/** What steps learn that later steps or the status need. */
export interface Findings {
  credentials?: Credentials;
  /** The version that they have in Vault. */
  credentialsVersion?: number;
  /** What is refused to the tenant because of what it holds of the shared database. */
  bounds?: { readonly storage: StorageLevel; readonly auditFull: boolean };
  /** Whether autovacuum analyses none of the tenant's tables any more, because an analysis took too long. */
  analysisEnded?: boolean;
  /** The Redis servers on which the tenant may store nothing, because it keeps more than its share. */
  stoppedOn?: readonly RedisRole[];
  migration?: number;
  runtime?: { image: string; replicas: number; readyReplicas: number };
  endpoint?: string;
}

/** One step of the reconcile. It may be run at any time and writes only differences. */
export interface Step {
  /** The type of the condition that tells of it. */
  readonly condition: string;
  /** The one step that must be done before it; without an answer, all those before it. */
  needs?(subject: Subject): Step | undefined;
  run(subject: Subject): Promise<Outcome>;
}

/** Makes objects of one kind as wanted, in order. */
export async function applyAll<T extends KubernetesObject>(
  subject: Subject,
  kind: Kind<T>,
  ...wanted: readonly T[]
): Promise<T[]> {
  const objects: T[] = [];
  for (const one of wanted) {
    const { object, change }: Applied<T> = await subject.world.cluster.apply(kind, one);
    if (change !== "none") subject.changes.push(`${change} ${kind.kind} ${one.metadata.name}`);
    objects.push(object);
  }
  return objects;
}

/** Deletes an object if there is one. */
export async function removeOne(
  subject: Pick<Subject, "world" | "changes">,
  kind: Kind,
  name: { namespace?: string; name: string },
): Promise<void> {
  if ((await subject.world.cluster.remove(kind, name)) === "deleting") {
    subject.changes.push(`deleted ${kind.kind} ${name.name}`);
  }
}
