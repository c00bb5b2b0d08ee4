import { isTimeZone } from "../../../contract/values/time-zone.ts";
import type { Milliseconds } from "../../../process/clock.ts";
import { done, doneUntil, type Outcome, recheckedBy, stalled } from "../kubernetes/loop/outcome.ts";
import { kinds } from "../kubernetes/objects/kinds.ts";
import { retire } from "./deletion/retire.ts";
import { keepWithoutPlan } from "./keep-without-plan.ts";
import { type Blueprint, blueprintOf, namesOf } from "./model/blueprint.ts";
import { finalizer, type Tenant, type TenantPlan, tenantKind } from "./model/kinds.ts";
import { type RotationReport, rotateCredentials } from "./rotation/rotate-credentials.ts";
import { pausedStatus, type Report, reportedStatus, type StepResult } from "./status/status.ts";
import { writeStatus } from "./status/write-status.ts";
import { Findings } from "./step/findings.ts";
import type { Limit } from "./step/limit.ts";
import type { Resource } from "./step/resource.ts";
import type { Step, Subject } from "./step/subject.ts";
import type { World } from "./step/world.ts";
import { autoscalerLimit } from "./steps/autoscaler-limit.ts";
import { claim } from "./steps/claim.ts";
import { claimHosts } from "./steps/claim-hosts.ts";
import { endpoint } from "./steps/endpoint.ts";
import { isolation } from "./steps/isolation.ts";
import { metadataLimit, refusedKeysFound } from "./steps/metadata-limit.ts";
import { migrations } from "./steps/migrations.ts";
import { namespace } from "./steps/namespace.ts";
import { hasPodsBeforeUpdate } from "./steps/pods-before-update.ts";
import { runtime, runtimeFound } from "./steps/runtime.ts";
import { workersFound } from "./steps/workers.ts";
import { withholdUpdate } from "./updates/withhold-update.ts";

const claimed: Step = { condition: "Claimed", run: claim };

/**
 * A conflict over a host of an existing tenant holds back only its endpoint, so the tenant can be suspended and
 * repaired.
 */
const hostsClaimed: Step = {
  condition: "HostsClaimed",
  needs: () => [claimed],
  holdsBack: (subject) => !exists(subject),
  run: claimHosts,
};

/** An existing tenant stays isolated, and can be suspended, while PostgreSQL is down. */
const namespaced: Step = {
  condition: "NamespaceReady",
  needs: (subject) => (exists(subject) ? [] : undefined),
  run: namespace,
};

const isolated: Step = { condition: "Isolated", needs: () => [namespaced], run: isolation };

/**
 * All steps from nothing to a serving ISP. Each step needs all steps before it, unless it names those that it needs. So
 * the pods of a suspended tenant stop although the database is down, a changed route is repaired although a rollout hangs,
 * and the pods of the image before are scaled although a migration is stuck.
 */
export function stepsWith(resources: readonly Resource[]): readonly Step[] {
  return [
    claimed,
    hostsClaimed,
    namespaced,
    isolated,
    ...resources.map(({ condition, limits = [], ensure }) => ({ condition, limits, run: ensure })),
    { condition: "Migrated", holdsBack: (subject) => !hasPodsBeforeUpdate(subject), run: migrations },
    {
      condition: "RuntimeReady",
      needs: ({ blueprint }) => (blueprint.suspended ? [isolated] : undefined),
      limits: [autoscalerLimit],
      run: runtime,
    },
    { condition: "EndpointReady", needs: () => [hostsClaimed, isolated], run: endpoint },
  ];
}

/** All limits that a reconcile with these steps looks at. */
export function limitsOf(steps: readonly Step[]): readonly Limit[] {
  return [metadataLimit, ...steps.flatMap(({ limits = [] }) => limits)];
}

/** Whether the tenant has its namespace, so that its data and hosts have been claimed before. */
function exists({ blueprint, world }: Subject): boolean {
  return world.cluster.read(kinds.namespace, { name: blueprint.names.namespace }) !== undefined;
}

/**
 * Brings the tenant to its desired state and reports the progress in its status. It may run at any time, also for a
 * Tenant that is being deleted. It writes only differences.
 */
export async function reconcileTenant(
  tenant: Tenant,
  plan: TenantPlan | undefined,
  world: World,
  resources: readonly Resource[],
): Promise<Outcome> {
  if (tenant.metadata.deletionTimestamp !== undefined) return retire(tenant, world, resources);
  if (tenant.spec.paused) return pause(await kept(tenant, world), world);
  const problem = planProblem(tenant, plan);
  if (plan === undefined || problem !== undefined)
    return refuse(await kept(tenant, world), problem ?? done, world);

  const blueprint = blueprintOf(tenant, plan, world.settings);
  const subject = newSubject(tenant, await withholdUpdate(tenant, blueprint, world), world);
  const accepted = { condition: "Accepted", outcome: done };
  const steps = stepsWith(resources);
  const results = [accepted, ...(await runInOrder(steps, subject))];
  const rotation = await followRotation(subject, results, resources);
  await report(subject, { results, rotation, limits: limitsOf(steps) });
  return summarize(results, rotation, subject);
}

async function runInOrder(steps: readonly Step[], subject: Subject): Promise<StepResult[]> {
  const results: StepResult[] = [];
  for (const [index, step] of steps.entries()) {
    subject.world.signal.throwIfAborted();
    if (!canRun(step, steps.slice(0, index), subject, results)) continue;
    const outcome = await step.run(subject).catch((error: unknown) => ({ kind: "failed" as const, error }));
    results.push({ condition: step.condition, outcome });
  }
  return results;
}

function canRun(
  step: Step,
  earlier: readonly Step[],
  subject: Subject,
  results: readonly StepResult[],
): boolean {
  const needed = step.needs?.(subject) ?? earlier.filter(({ holdsBack }) => holdsBack?.(subject) ?? true);
  return needed.every(({ condition }) => isDone(results, condition));
}

function isDone(results: readonly StepResult[], condition: string): boolean {
  return results.some((result) => result.condition === condition && result.outcome.kind === "done");
}

/** Not a step, because a tenant stays ready and serves during the rotation of its credentials. */
async function followRotation(
  subject: Subject,
  results: readonly StepResult[],
  resources: readonly Resource[],
): Promise<RotationReport> {
  if (!resources.every(({ condition }) => isDone(results, condition))) return { kind: "unknown" };
  subject.world.signal.throwIfAborted();
  const logins = resources.flatMap(({ login }) => login ?? []);
  return rotateCredentials(subject, logins).catch((error: unknown) => ({ kind: "failed", error }));
}

async function report(
  { tenant, blueprint, world, found, changes }: Subject,
  done: Pick<Report, "results" | "rotation" | "limits">,
): Promise<void> {
  const status = reportedStatus(tenant, {
    ...done,
    names: blueprint.names,
    server: world.postgres.server,
    found,
    changed: changes.length > 0,
    held: blueprint.held,
    now: world.clock.now(),
  });
  await writeStatus(tenant, status, world, done.limits);
}

/** Returns the first outcome that is not done. @throws the error of an unexpected failure */
function summarize(
  results: readonly StepResult[],
  rotation: RotationReport,
  { blueprint, world }: Subject,
): Outcome {
  const first = results.find(({ outcome }) => outcome.kind !== "done")?.outcome ?? finished(blueprint, world);
  if (first.kind === "failed") throw first.error;
  if (rotation.kind === "failed") throw rotation.error;
  const due = [...results.map(recheckOf), rotation.kind === "rotating" ? rotation.recheckAfter : undefined];
  return due.filter((time) => time !== undefined).reduce(recheckedBy, first);
}

/** Time until the next check of a step, if it needs one. */
function recheckOf({ outcome }: StepResult): Milliseconds | undefined {
  return outcome.kind === "failed" ? undefined : outcome.recheckAfter;
}

function finished({ held }: Blueprint, { clock }: World): Outcome {
  return held === undefined ? done : doneUntil(held.opensAt.getTime() - clock.now().getTime());
}

/** The Tenant, with its finalizer if it has data. Without it a deletion would leave pods and passwords in use. */
async function kept(tenant: Tenant, { cluster }: World): Promise<Tenant> {
  return tenant.status?.id === undefined ? tenant : cluster.addFinalizer(tenantKind, tenant, finalizer);
}

async function pause(tenant: Tenant, world: World): Promise<Outcome> {
  await writeStatus(tenant, pausedStatus(tenant, world.clock.now()), world);
  return done;
}

/** Reports the refusal. It changes only objects that keep the tenant isolated or stop it. */
async function refuse(tenant: Tenant, outcome: Outcome, world: World): Promise<Outcome> {
  const results = [{ condition: "Accepted", outcome }];
  const found = new Findings();
  const { runtime, workers } = await keepWithoutPlan(tenant, world);
  if (runtime !== undefined) found.set(runtimeFound, runtime);
  if (workers !== undefined) found.set(workersFound, workers);
  const status = reportedStatus(tenant, {
    names: namesOf(tenant),
    server: world.postgres.server,
    results,
    found,
    limits: [],
    changed: false,
    rotation: { kind: "unknown" },
    now: world.clock.now(),
  });
  await writeStatus(tenant, status, world);
  return outcome;
}

function planProblem({ spec }: Tenant, plan: TenantPlan | undefined): Outcome | undefined {
  if (plan === undefined) {
    return stalled(
      "PlanNotFound",
      `Expected the TenantPlan ${spec.plan}, found none: create it, or set spec.plan to one that kubectl get tenantplans lists.`,
    );
  }
  if (spec.maintenanceWindow !== undefined && !isTimeZone(spec.timeZone)) {
    return stalled(
      "TimeZoneUnknown",
      `Expected a time zone of the IANA database for spec.maintenanceWindow, found ${spec.timeZone}: set ` +
        "spec.timeZone to its name, for example Europe/Paris.",
    );
  }
  const extra = (spec.modules ?? []).filter((module) => !plan.spec.modules.includes(module));
  if (extra.length === 0) return undefined;
  return stalled(
    "ModuleNotInPlan",
    `Expected modules of the plan ${spec.plan} (${plan.spec.modules.join(", ")}), found ${extra.join(", ")}: remove ` +
      "them from spec.modules or choose another plan.",
  );
}

function newSubject(tenant: Tenant, blueprint: Blueprint, world: World): Subject {
  const found = new Findings().set(refusedKeysFound, blueprint.metadata.refused);
  return { tenant, blueprint, world, found, changes: [] };
}
