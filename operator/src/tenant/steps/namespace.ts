import { done, type Outcome, waiting } from "../../kubernetes/loop/outcome.ts";
import { kinds } from "../../kubernetes/objects/kinds.ts";
import { namespace as wantedNamespace } from "../desired/isolation/namespace.ts";
import { applyAll, type Subject } from "../step/subject.ts";

/** Gives the tenant its namespace. */
export async function namespace(subject: Subject): Promise<Outcome> {
  const { names } = subject.plan;
  const live = await subject.world.cluster.find(kinds.namespace, { name: names.namespace });
  if (live?.metadata.deletionTimestamp !== undefined) {
    return waiting(
      "NamespaceTerminating",
      `The namespace ${names.namespace} is being deleted; it is made anew once it is gone.`,
      5_000,
    );
  }
  await applyAll(subject, kinds.namespace, wantedNamespace(names));
  return done;
}
