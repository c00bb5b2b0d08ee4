import { objectNames } from "../../../../contract/object-names.ts";
import { done, type Outcome } from "../../kubernetes/loop/outcome.ts";
import { type Deployment, kinds } from "../../kubernetes/objects/kinds.ts";
import { disruptionBudget } from "../desired/workload/disruption-budget.ts";
import { leavesJobs, workerDeployment } from "../desired/workload/workers.ts";
import type { TenantStatus } from "../model/kinds.ts";
import { workersStatus } from "../observed/runtime-status.ts";
import { finding } from "../step/findings.ts";
import { applyAll, removeOne, type Subject } from "../step/subject.ts";
import { followRollout } from "./follow-rollout.ts";

/** The state of the workers; null when there are none. */
export const workersFound = finding<NonNullable<TenantStatus["workers"]> | null>(
  "state of the workers",
  "RuntimeReady",
);

/**
 * Runs the workers of pods that leave the jobs to them, and returns their Deployment. Workers have the version of these
 * pods. They exist as long as such pods do: also while a maintenance window or a migration holds back a plan without any.
 */
export async function applyWorkers(subject: Subject, { spec }: Deployment): Promise<Deployment | undefined> {
  const { blueprint } = subject;
  const before = await subject.world.cluster.find(kinds.deployment, workersOf(subject));
  if (spec === undefined || !leavesJobs(spec.template)) {
    subject.found.set(workersFound, before === undefined ? null : workersStatus(before));
    return undefined;
  }
  const replicas = blueprint.workers.replicas || before?.spec?.replicas || 1;
  await applyAll(subject, kinds.podDisruptionBudget, disruptionBudget(blueprint.names, "worker"));
  const desired = workerDeployment(blueprint, spec.template, replicas);
  const [live] = await applyAll(subject, kinds.deployment, desired);
  if (live !== undefined) subject.found.set(workersFound, workersStatus(live));
  return live;
}

/** Waits until these workers are ready. Without any it removes those that are left: by now the other pods do the jobs. */
export async function followWorkers(subject: Subject, workers: Deployment | undefined): Promise<Outcome> {
  if (workers !== undefined) return followRollout(subject, workers, "worker");
  await removeOne(subject, kinds.deployment, workersOf(subject));
  await removeOne(subject, kinds.podDisruptionBudget, workersOf(subject));
  subject.found.set(workersFound, null);
  return done;
}

function workersOf({ blueprint }: Subject) {
  return { namespace: blueprint.names.namespace, name: objectNames.worker };
}
