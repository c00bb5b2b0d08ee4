import { done, type Outcome } from "../../kubernetes/loop/outcome.ts";
import { kinds } from "../../kubernetes/objects/kinds.ts";
import { namespace as desiredNamespace } from "../desired/isolation/namespace.ts";
import { namespaceTerminating } from "../observed/terminating-namespace.ts";
import { applyAll, type Subject } from "../step/subject.ts";

/** Ensures the tenant's namespace. */
export async function namespace(subject: Subject): Promise<Outcome> {
  const { names } = subject.blueprint;
  const live = await subject.world.cluster.find(kinds.namespace, { name: names.namespace });
  if (live?.metadata.deletionTimestamp !== undefined) {
    const then = "; it is created again afterwards";
    return namespaceTerminating(live, then, subject.world.clock.now());
  }
  await applyAll(subject, kinds.namespace, desiredNamespace(subject.blueprint));
  return done;
}
