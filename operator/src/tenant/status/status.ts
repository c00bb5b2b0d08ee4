import { RetryableError, TerminalError } from "../../base/errors.ts";
import { Invalid, Refused } from "../../kubernetes/client/errors.ts";
import type { Outcome } from "../../kubernetes/loop/outcome.ts";
import {
  type Condition,
  findCondition,
  timestamp,
  withCondition,
  withoutCondition,
} from "../../kubernetes/objects/conditions.ts";
import { credentialsFound } from "../credentials/credentials-found.ts";
import type { HeldUpdate } from "../model/blueprint.ts";
import type { Tenant, TenantStatus } from "../model/kinds.ts";
import { appLogin, type TenantNames } from "../model/names/names.ts";
import { enabledLogins } from "../model/names/rotation.ts";
import type { RotationReport } from "../rotation/rotate-credentials.ts";
import type { Findings } from "../step/findings.ts";
import type { Limit } from "../step/limit.ts";
import { endpointFound } from "../steps/endpoint.ts";
import { migrationFound } from "../steps/migrations.ts";
import { runtimeFound } from "../steps/runtime.ts";
import { workersFound } from "../steps/workers.ts";

/** The end of one step: an outcome, or an unexpected failure. */
export interface StepResult {
  readonly condition: string;
  readonly outcome: Outcome | { readonly kind: "failed"; readonly error: unknown };
}

/** The results of a reconcile for the status. */
export interface Report {
  readonly names: TenantNames;
  /** Host and port of PostgreSQL. */
  readonly server: string;
  readonly results: readonly StepResult[];
  readonly found: Findings;
  readonly limits: readonly Limit[];
  /** Whether anything outside of the Tenant was written. */
  readonly changed: boolean;
  /** An update that waits for the maintenance window. */
  readonly held?: HeldUpdate | undefined;
  readonly rotation: RotationReport;
  readonly now: Date;
}

/** The status after a reconcile. It equals the previous one when nothing has changed. */
export function reportedStatus(tenant: Tenant, report: Report): TenantStatus {
  const generation = tenant.metadata.generation ?? 0;
  const old = tenant.status ?? {};
  const undone = report.results.find((result) => result.outcome.kind !== "done");
  let conditions = [...(old.conditions ?? [])];
  const set = (type: string, status: Condition["status"], reason: string, message: string) => {
    conditions = withCondition(conditions, { type, status, reason, message }, generation, report.now);
  };
  const ready = readiness(tenant, undone);
  set("Ready", ready.status, ready.reason, ready.message);
  conditions = exceptional(conditions, undone, generation, report.now);
  if (report.held === undefined) conditions = withoutCondition(conditions, "UpdatePending");
  else set("UpdatePending", "True", "WaitingForMaintenanceWindow", report.held.message);
  for (const limit of report.limits) {
    const found = report.found.get(limit.finding);
    if (found === undefined) continue;
    const trouble = limit.trouble(found, tenant.spec.plan);
    if (trouble === undefined) conditions = withoutCondition(conditions, limit.condition);
    else set(limit.condition, "True", trouble.reason, trouble.message.slice(0, 4_096));
  }
  const { rotation } = report;
  if (rotation.kind === "resting") conditions = withoutCondition(conditions, "CredentialsRotating");
  if (rotation.kind === "rotating") {
    set("CredentialsRotating", "True", rotation.reason, rotation.message.slice(0, 4_096));
  }
  for (const result of report.results) {
    const { status, reason, message } = stepCondition(result);
    set(result.condition, status, reason, message);
  }
  return compact({
    ...old,
    observedGeneration: generation,
    conditions,
    id: old.id ?? claimedId(report),
    phase: phaseOf(tenant, undone, report.found),
    endpoint: report.found.get(endpointFound) ?? old.endpoint,
    runtime: report.found.get(runtimeFound) ?? old.runtime,
    workers: workersAfter(report, old),
    database: databaseStatus(report, old),
    credentials: credentialsStatus(report, old),
    lastAppliedTime: report.changed ? timestamp(report.now) : old.lastAppliedTime,
  });
}

/** A paused tenant keeps its last readiness. Only the reason shows that the operator no longer checks it. */
export function pausedStatus(tenant: Tenant, now: Date): TenantStatus {
  const old = tenant.status ?? {};
  const generation = tenant.metadata.generation ?? 0;
  const last = findCondition(old.conditions, "Ready");
  const ready = {
    type: "Ready",
    status: last?.status ?? "Unknown",
    reason: "Paused",
    message: "The operator does not change the tenant until spec.paused is false.",
  } as const;
  const calm = ["Reconciling", "Stalled", "UpdatePending"].reduce(withoutCondition, old.conditions ?? []);
  const conditions = withCondition(calm, ready, generation, now);
  return {
    ...old,
    observedGeneration: generation,
    conditions: pausedRotation(conditions, generation, now),
    phase: "Paused",
  };
}

/** Keeps the condition of an interrupted rotation, because the old credentials may work as long as it lasts. */
function pausedRotation(conditions: Condition[], generation: number, now: Date): Condition[] {
  if (findCondition(conditions, "CredentialsRotating") === undefined) return conditions;
  const message =
    "The rotation continues when spec.paused is false; until then the old credentials may work.";
  const rotating = { type: "CredentialsRotating", status: "True", reason: "Paused", message } as const;
  return withCondition(conditions, rotating, generation, now);
}

/** The status of a tenant that is being deleted, with the reason why it waits. */
export function deletingStatus(tenant: Tenant, outcome: StepResult["outcome"], now: Date): TenantStatus {
  const old = tenant.status ?? {};
  const generation = tenant.metadata.generation ?? 0;
  const { reason, message } = summary(outcome);
  const ready = { type: "Ready", status: "False", reason, message } as const;
  // The steps no longer run, so their conditions would describe pods and passwords that no longer exist.
  const current = (old.conditions ?? []).filter(({ type }) =>
    ["Ready", "Reconciling", "Stalled"].includes(type),
  );
  const conditions = withCondition(current, ready, generation, now);
  return {
    ...old,
    observedGeneration: generation,
    conditions: exceptional(conditions, { condition: "Ready", outcome }, generation, now),
    phase: "Deleting",
  };
}

/** The status of a deleted tenant of which only the resource itself is left, and its data where they are retained. */
export function releasedStatus(tenant: Tenant, outcome: Outcome, now: Date): TenantStatus {
  const { endpoint, runtime, workers, credentials, ...left } = deletingStatus(tenant, outcome, now);
  return left;
}

function readiness(
  tenant: Tenant,
  undone: StepResult | undefined,
): Pick<Condition, "status" | "reason" | "message"> {
  if (undone === undefined) {
    return tenant.spec.suspended
      ? { status: "True", reason: "Suspended", message: "The tenant is stopped; all its data are kept." }
      : { status: "True", reason: "Ready", message: "The tenant is as its spec asks." };
  }
  const last = findCondition(tenant.status?.conditions, "Ready");
  const isCurrent = last?.observedGeneration === tenant.metadata.generation;
  // The tenant still serves when only the operator cannot observe it: an outage must not mark all tenants as not ready.
  const cannotLook = undone.outcome.kind === "failed" && !isRefused(undone.outcome.error);
  if (cannotLook && last?.status === "True" && isCurrent) return last;
  return { status: "False", ...summary(undone.outcome) };
}

/** `Reconciling` and `Stalled` are present only while they are true (kstatus). */
function exceptional(
  conditions: readonly Condition[],
  undone: StepResult | undefined,
  generation: number,
  now: Date,
): Condition[] {
  const calm = (type: string, from: readonly Condition[]) => withoutCondition(from, type);
  if (undone === undefined) return calm("Stalled", calm("Reconciling", conditions));
  const stalled = isStalled(undone.outcome);
  const [present, absent] = stalled ? ["Stalled", "Reconciling"] : ["Reconciling", "Stalled"];
  const condition = { type: present, status: "True", ...summary(undone.outcome) } as const;
  return withCondition(calm(absent, conditions), condition, generation, now);
}

function stepCondition({ outcome }: StepResult): Pick<Condition, "status" | "reason" | "message"> {
  if (outcome.kind === "done") return { status: "True", reason: "Done", message: "" };
  return { status: outcome.kind === "failed" ? "Unknown" : "False", ...summary(outcome) };
}

function summary(outcome: StepResult["outcome"]): { reason: string; message: string } {
  if (outcome.kind === "done") return { reason: "Done", message: "" };
  if (outcome.kind !== "failed") return { reason: outcome.reason, message: outcome.message.slice(0, 4_096) };
  const { error } = outcome;
  const message = error instanceof Error ? error.message : String(error);
  return { reason: failureReason(error), message: message.slice(0, 4_096) };
}

function failureReason(error: unknown): string {
  if (error instanceof RetryableError || error instanceof TerminalError) return error.reason;
  return isRefused(error) ? "WriteRefused" : "Failed";
}

/** Whether the API server refuses a write of the operator until somebody changes something. */
function isRefused(error: unknown): boolean {
  if (error instanceof TerminalError || error instanceof Invalid) return true;
  // 403: by an admission policy, a quota or a missing right.
  return error instanceof Refused && error.code === 403;
}

function isStalled(outcome: StepResult["outcome"]): boolean {
  return outcome.kind === "stalled" || (outcome.kind === "failed" && isRefused(outcome.error));
}

function phaseOf(tenant: Tenant, undone: StepResult | undefined, found: Findings): TenantStatus["phase"] {
  if (undone === undefined) return tenant.spec.suspended ? "Suspended" : "Ready";
  if (isStalled(undone.outcome)) return "Stalled";
  const serving = (found.get(runtimeFound) ?? tenant.status?.runtime)?.readyReplicas ?? 0;
  return serving > 0 ? "Degraded" : "Provisioning";
}

/** The id enters the status once the data belong to the tenant. */
function claimedId({ results, names }: Report): string | undefined {
  return isClaimed(results) ? names.id : undefined;
}

function isClaimed(results: readonly StepResult[]): boolean {
  return results.some(({ condition, outcome }) => condition === "Claimed" && outcome.kind === "done");
}

function databaseStatus(
  { names, server, found, results }: Report,
  old: TenantStatus,
): TenantStatus["database"] {
  if (!isClaimed(results)) return old.database;
  const migration = found.get(migrationFound) ?? old.database?.migration;
  return { server, schema: names.schema, ...(migration !== undefined && { migration }) };
}

function workersAfter({ found }: Report, old: TenantStatus): TenantStatus["workers"] {
  const workers = found.get(workersFound);
  return workers === undefined ? old.workers : (workers ?? undefined);
}

/** The state on the servers after this reconcile. Values that were not observed stay unchanged. */
function credentialsStatus(
  { names, rotation, found }: Report,
  old: TenantStatus,
): TenantStatus["credentials"] {
  const credentials = found.get(credentialsFound)?.secret;
  if (credentials === undefined || rotation.kind === "unknown") return old.credentials;
  const { made } = credentials;
  return {
    logins: enabledLogins(credentials).map((letter) => appLogin(names, letter)),
    madeAt: timestamp(new Date(made.at)),
    ...(made.request !== undefined && { rotation: made.request }),
  };
}

/** Removes undefined fields, as the API server does. */
function compact(status: { [Field in keyof TenantStatus]: TenantStatus[Field] | undefined }): TenantStatus {
  return Object.fromEntries(Object.entries(status).filter(([, value]) => value !== undefined));
}
