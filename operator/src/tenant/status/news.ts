import type { NewEvent } from "../../kubernetes/loop/events.ts";
import { type Condition, findCondition } from "../../kubernetes/objects/conditions.ts";
import type { TenantStatus } from "../model/kinds.ts";
import type { Limit } from "../step/limit.ts";

type News = Pick<NewEvent, "type" | "reason" | "note">;

/** Reasons of a tenant that is not ready but makes progress. Any other reason is a Warning. */
const ordinary = new Set([
  "CertificatePending",
  "FinalizersOfOthers",
  "HostReleasing",
  "Migrating",
  "MigrationReplaced",
  "MigrationResultLost",
  "MigrationRetried",
  "NamespaceTerminating",
  "Paused",
  "ReleasingHosts",
  "RollingOut",
  "RuntimeStopping",
]);

/**
 * The changes of a status that become Events: readiness has changed, the tenant needs help, an update waits, the
 * tenant is at one of the `limits`. For a rotation of credentials these are its begin, its troubles and
 * its end, not its stages.
 */
export function newsOf(
  before: TenantStatus | undefined,
  now: TenantStatus,
  limits: readonly Limit[] = [],
): News[] {
  return [
    ...readinessNews(before, now),
    ...updateNews(before, now),
    ...limitNews(before, now, limits),
    ...rotationNews(before, now),
  ];
}

function limitNews(before: TenantStatus | undefined, now: TenantStatus, limits: readonly Limit[]): News[] {
  return limits
    .filter(({ becomesEvent }) => becomesEvent)
    .flatMap(({ condition }) => changed(of(before, condition), of(now, condition)))
    .map((condition) => news("Warning", condition));
}

/** Reports a stall even after the tenant has waited for the same reason. */
function readinessNews(before: TenantStatus | undefined, now: TenantStatus): News[] {
  if (of(now, "Stalled") !== undefined) {
    return changed(of(before, "Stalled"), of(now, "Stalled")).map((stalled) => news("Warning", stalled));
  }
  return changed(of(before, "Ready"), of(now, "Ready")).map((ready) => news(typeOf(ready), ready));
}

function typeOf({ status, reason }: Condition): News["type"] {
  return status === "True" || ordinary.has(reason) ? "Normal" : "Warning";
}

function updateNews(before: TenantStatus | undefined, now: TenantStatus): News[] {
  const waits = changed(of(before, "UpdatePending"), of(now, "UpdatePending"));
  return waits.map((condition) => news("Normal", condition));
}

function rotationNews(before: TenantStatus | undefined, now: TenantStatus): News[] {
  const was = of(before, "CredentialsRotating");
  const is = of(now, "CredentialsRotating");
  if (is === undefined) return was === undefined ? [] : [finished(now)];
  const late = is.reason === "PodsNotReporting";
  if (was === undefined) return [{ ...news("Normal", is), reason: "CredentialsRotating" }];
  return late ? changed(was, is).map((condition) => news("Warning", condition)) : [];
}

function finished({ credentials }: TenantStatus): News {
  const note = `The credentials made at ${credentials?.madeAt} are the only ones that work.`;
  return { type: "Normal", reason: "CredentialsRotated", note };
}

function changed(before: Condition | undefined, now: Condition | undefined): Condition[] {
  const isNews = now !== undefined && (before?.status !== now.status || before.reason !== now.reason);
  return isNews ? [now] : [];
}

function news(type: News["type"], { reason, message }: Condition): News {
  return { type, reason, note: message.slice(0, 1_024) };
}

function of(status: TenantStatus | undefined, condition: string): Condition | undefined {
  return findCondition(status?.conditions, condition);
}
