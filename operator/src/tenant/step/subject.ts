import type { Applied } from "../../kubernetes/apply/cluster.ts";
import type { Outcome } from "../../kubernetes/loop/outcome.ts";
import type { Kind, KubernetesObject } from "../../kubernetes/objects/kinds.ts";
import type { Blueprint } from "../model/blueprint.ts";
import type { Tenant } from "../model/kinds.ts";
import type { Findings } from "./findings.ts";
import type { Limit } from "./limit.ts";
import type { World } from "./world.ts";

/** The tenant of one reconcile, the findings so far, and the changes made. */
export interface Subject {
  /** The Tenant as last read or written. */
  tenant: Tenant;
  readonly blueprint: Blueprint;
  readonly world: World;
  readonly found: Findings;
  /** One line for each write outside of the Tenant itself. */
  readonly changes: string[];
}

/** One step of the reconcile. It may run at any time and writes only differences. */
export interface Step {
  /** The type of its condition. */
  readonly condition: string;
  /** The limits that it finds a tenant at. */
  readonly limits?: readonly Limit[];
  /**
   * The only steps that must be done before. Without a result, all earlier steps must be done that hold back later ones.
   */
  needs?(subject: Subject): readonly Step[] | undefined;
  /** Whether later steps wait for it. Without this function they do. */
  holdsBack?(subject: Subject): boolean;
  run(subject: Subject): Promise<Outcome>;
}

/** Applies objects of one kind, in order. */
export async function applyAll<T extends KubernetesObject>(
  subject: Subject,
  kind: Kind<T>,
  ...desired: readonly T[]
): Promise<T[]> {
  const objects: T[] = [];
  for (const one of desired) {
    const { object, change }: Applied<T> = await subject.world.cluster.apply(kind, one);
    if (change !== "none") subject.changes.push(`${change} ${kind.kind} ${one.metadata.name}`);
    objects.push(object);
  }
  return objects;
}

/** Deletes an object if it exists. */
export async function removeOne(
  subject: Pick<Subject, "world" | "changes">,
  kind: Kind,
  name: { namespace?: string; name: string },
): Promise<void> {
  if ((await subject.world.cluster.remove(kind, name)) === "deleting") {
    subject.changes.push(`deleted ${kind.kind} ${name.name}`);
  }
}
