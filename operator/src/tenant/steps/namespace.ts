import { done, type Outcome } from "../../kubernetes/loop/outcome.ts";
import { kinds } from "../../kubernetes/objects/kinds.ts";
import { namespace as wantedNamespace } from "../desired/isolation/namespace.ts";
import { namespaceTerminating } from "../observed/terminating-namespace.ts";
import { applyAll, type Subject } from "../step/subject.ts";

/** Gives the tenant its namespace. */
export async function namespace(subject: Subject): Promise<Outcome> {
  const { names } = subject.plan;
  const live = await subject.world.cluster.find(kinds.namespace, { name: names.namespace });
  if (live?.metadata.deletionTimestamp !== undefined) {
    const then = "; it is made anew once it is gone";
    return namespaceTerminating(live, then, subject.world.clock.now());
  }
  await applyAll(subject, kinds.namespace, wantedNamespace(names));
  return done;
}
