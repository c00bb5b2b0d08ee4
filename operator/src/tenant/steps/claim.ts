import { done, type Outcome, stalled } from "../../kubernetes/loop/outcome.ts";
import { claimRecord, lastRetained } from "../database/records.ts";
import { finalizer, tenantKind } from "../model/kinds.ts";
import type { Subject } from "../step/subject.ts";

/** Claims the tenant's data, which only one tenant may have, before any other resource exists. */
export async function claim(subject: Subject): Promise<Outcome> {
  const { blueprint, world, changes } = subject;
  subject.tenant = await world.cluster.addFinalizer(tenantKind, subject.tenant, finalizer);
  const answer = await claimRecord(world.postgres, world.epoch, {
    id: blueprint.names.id,
    uid: blueprint.uid,
    name: blueprint.names.tenant,
    currency: blueprint.currency,
    adopting: subject.tenant.spec.adoptFrom !== undefined,
  });
  if (answer.kind === "refused") return stalled(answer.refusal.reason, answer.refusal.message);
  if (answer.kind === "taken") {
    changes.push(`claimed the data ${blueprint.names.id}`);
    if (subject.tenant.spec.adoptFrom === undefined) await tellOfRetainedData(subject);
  }
  return done;
}

/**
 * A Tenant that is deleted and created again begins with empty data. An Event reports this at once, in case it was
 * not intended.
 */
async function tellOfRetainedData({ tenant, blueprint, world }: Subject): Promise<void> {
  const retained = await lastRetained(world.postgres, blueprint.names.tenant);
  if (retained === undefined) return;
  world.events.publish({
    regarding: tenant,
    type: "Warning",
    reason: "RetainedDataExist",
    action: "Reconcile",
    note:
      `The data ${retained} of an earlier Tenant of this name are retained, and this one begins with empty data. To have ` +
      `the retained data instead, delete this Tenant and create it again with spec.adoptFrom: ${retained}.`,
  });
}
