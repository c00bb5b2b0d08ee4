import { isTimeZone } from "../../../contract/time-zone.ts";
import type { Milliseconds } from "../../../process/clock.ts";
import { done, doneUntil, type Outcome, recheckedBy, stalled } from "../kubernetes/loop/outcome.ts";
import { retire } from "./deletion/retire.ts";
import { type Blueprint, blueprint, namesOf } from "./model/blueprint.ts";
import { type Tenant, type TenantPlan, type TenantStatus, tenantKind } from "./model/kinds.ts";
import { tenantResources } from "./resources/resources.ts";
import { type RotationReport, rotateCredentials } from "./rotation/rotate-credentials.ts";
import { newsOf } from "./status/news.ts";
import { pausedStatus, reportedStatus, type StepResult } from "./status/status.ts";
import type { Resource } from "./step/resource.ts";
import type { Step, Subject } from "./step/subject.ts";
import type { World } from "./step/world.ts";
import { claim } from "./steps/claim.ts";
import { endpoint } from "./steps/endpoint.ts";
import { isolation } from "./steps/isolation.ts";
import { migrations } from "./steps/migrations.ts";
import { namespace } from "./steps/namespace.ts";
import { runtime } from "./steps/runtime.ts";
import { keepWithoutPlan } from "./steps/without-plan.ts";
import { withholdUpdate } from "./updates/withhold-update.ts";

const isolated: Step = { condition: "Isolated", run: isolation };

/**
 * From nothing to an ISP that serves: each step relies on those before it, unless it names one. The pods of a
 * suspended tenant are stopped although the database is down, and a changed route is repaired although a
 * rollout hangs.
 */
export function stepsWith(resources: readonly Resource[]): readonly Step[] {
  return [
    { condition: "Claimed", run: claim },
    { condition: "NamespaceReady", run: namespace },
    isolated,
    ...resources.map(({ condition, ensure }) => ({ condition, run: ensure })),
    { condition: "Migrated", run: migrations },
    {
      condition: "RuntimeReady",
      needs: ({ plan }) => (plan.suspended ? isolated : undefined),
      run: runtime,
    },
    { condition: "EndpointReady", needs: () => isolated, run: endpoint },
  ];
}

/**
 * Makes the world as the Tenant asks and says in its status how far that is. It may be called at any
 * time, also for a Tenant that is being deleted; what is as wanted is not written again.
 */
export async function reconcileTenant(
  tenant: Tenant,
  plan: TenantPlan | undefined,
  world: World,
  resources: readonly Resource[] = tenantResources,
): Promise<Outcome> {
  if (tenant.metadata.deletionTimestamp !== undefined) return retire(tenant, world, resources);
  if (tenant.spec.paused) return pause(tenant, world);
  const problem = planProblem(tenant, plan);
  if (plan === undefined || problem !== undefined) return refuse(tenant, problem ?? done, world);

  const wanted = blueprint(tenant, plan, world.settings);
  const subject = newSubject(tenant, await withholdUpdate(tenant, wanted, world), world);
  const accepted = { condition: "Accepted", outcome: done };
  const results = [accepted, ...(await runInOrder(stepsWith(resources), subject))];
  const rotation = await followRotation(subject, results, resources);
  await report(subject, results, rotation);
  return summarize(results, rotation, subject);
}

async function runInOrder(steps: readonly Step[], subject: Subject): Promise<StepResult[]> {
  const results: StepResult[] = [];
  for (const step of steps) {
    subject.world.signal.throwIfAborted();
    if (!canRun(step, subject, results)) continue;
    const outcome = await step.run(subject).catch((error: unknown) => ({ kind: "failed" as const, error }));
    results.push({ condition: step.condition, outcome });
  }
  return results;
}

function canRun(step: Step, subject: Subject, results: readonly StepResult[]): boolean {
  const needed = step.needs?.(subject);
  if (needed === undefined) return results.every(({ outcome }) => outcome.kind === "done");
  return isDone(results, needed.condition);
}

function isDone(results: readonly StepResult[], condition: string): boolean {
  return results.some((result) => result.condition === condition && result.outcome.kind === "done");
}

/** Not a step, because a tenant is ready and serves while its credentials are replaced. */
async function followRotation(
  subject: Subject,
  results: readonly StepResult[],
  resources: readonly Resource[],
): Promise<RotationReport> {
  if (!resources.every(({ condition }) => isDone(results, condition))) return { kind: "unknown" };
  subject.world.signal.throwIfAborted();
  return rotateCredentials(subject).catch((error: unknown) => ({ kind: "failed", error }));
}

async function report(
  { tenant, plan, world, found, changes }: Subject,
  results: StepResult[],
  rotation: RotationReport,
): Promise<void> {
  await writeStatus(
    tenant,
    reportedStatus(tenant, {
      names: plan.names,
      server: world.postgres.server,
      results,
      found,
      changed: changes.length > 0,
      held: plan.held,
      rotation,
      now: world.clock.now(),
    }),
    world,
  );
}

/** Writes a status if it differs, and tells people what is new. */
async function writeStatus(tenant: Tenant, status: TenantStatus, { cluster, events }: World): Promise<void> {
  if (!(await cluster.writeStatus(tenantKind, tenant, status))) return;
  for (const news of newsOf(tenant.status, status)) {
    events.publish({ regarding: tenant, action: "Reconcile", ...news });
  }
}

/** The first step that is not done decides. @throws what an unexpected failure threw. */
function summarize(
  results: readonly StepResult[],
  rotation: RotationReport,
  { plan, world }: Subject,
): Outcome {
  const first = results.find(({ outcome }) => outcome.kind !== "done")?.outcome ?? finished(plan, world);
  if (first.kind === "failed") throw first.error;
  if (rotation.kind === "failed") throw rotation.error;
  const due = [...results.map(recheckOf), rotation.kind === "rotating" ? rotation.recheckAfter : undefined];
  return due.filter((time) => time !== undefined).reduce(recheckedBy, first);
}

/** When a step that is done is to be looked at again. */
function recheckOf({ outcome }: StepResult): Milliseconds | undefined {
  return outcome.kind === "done" ? outcome.recheckAfter : undefined;
}

function finished({ held }: Blueprint, { clock }: World): Outcome {
  return held === undefined ? done : doneUntil(held.opensAt.getTime() - clock.now().getTime());
}

async function pause(tenant: Tenant, world: World): Promise<Outcome> {
  await writeStatus(tenant, pausedStatus(tenant, world.clock.now()), world);
  return done;
}

/** Says what is wrong, and changes nothing but what keeps the tenant isolated, or stops it. */
async function refuse(tenant: Tenant, outcome: Outcome, world: World): Promise<Outcome> {
  const results = [{ condition: "Accepted", outcome }];
  await keepWithoutPlan(tenant, world);
  const status = reportedStatus(tenant, {
    names: namesOf(tenant),
    server: world.postgres.server,
    results,
    found: {},
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
      `Expected the TenantPlan ${spec.plan}, found none: create it, or write another of kubectl get tenantplans into spec.plan.`,
    );
  }
  if (spec.maintenanceWindow !== undefined && !isTimeZone(spec.timeZone)) {
    return stalled(
      "TimeZoneUnknown",
      `Expected a time zone of the IANA database for spec.maintenanceWindow, found ${spec.timeZone}: write ` +
        "its name into spec.timeZone, for example Europe/Paris.",
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

function newSubject(tenant: Tenant, plan: Blueprint, world: World): Subject {
  return { tenant, plan, world, found: {}, changes: [] };
}
