import { type Milliseconds, systemClock } from "../../process/clock.ts";
import type { Logger } from "../../process/log.ts";
import type { ApplyReport } from "./kubernetes/apply/apply.ts";
import { NotFound } from "./kubernetes/client/errors.ts";
import type { LeaderEvent } from "./kubernetes/loop/leader.ts";
import type { ReconcileReport } from "./kubernetes/loop/loop.ts";
import type { ControllerMetrics } from "./kubernetes/loop/metrics.ts";
import { logFieldsOf, type ReflectorEvent } from "./kubernetes/watch/reflector.ts";
import type { DatabaseSharesReport } from "./tenant/sweep/enforce-database-shares.ts";
import type { RedisShareFailure, RedisShareReport } from "./tenant/sweep/enforce-redis-shares.ts";
import type { TransactionsReport } from "./tenant/sweep/enforce-transaction-limits.ts";
import type { TenantMetrics } from "./tenant-metrics.ts";

export interface Reporter {
  reconcile(report: ReconcileReport): void;
  apply(report: ApplyReport): void;
  reflector(event: ReflectorEvent): void;
  event(result: "written" | "repeated" | "limited" | "failed", error?: unknown): void;
  leader(event: LeaderEvent): void;
  auditExpired(records: number): void;
  databaseShares(report: DatabaseSharesReport): void;
  transactions(report: TransactionsReport): void;
  redisShare(report: RedisShareReport): void;
  redisShareFailed(failure: RedisShareFailure): void;
}

/** Writes every event to the log and counts it in the metrics. */
export function reportTo(log: Logger, metrics: ControllerMetrics, tenants: TenantMetrics): Reporter {
  const logLeader = leaderLog(log);
  const isNews = changedSinceLast();
  const mayLog = onceIn(quietFor);
  return {
    reconcile(report) {
      metrics.reconcile(report);
      logReconcile(log, report, isNews(report));
    },
    apply(report) {
      metrics.apply(report);
      log.info("object written", { kind: report.kind, ...report.name, cause: report.cause });
      if (report.rewritten !== undefined) {
        log.warn("the API server stores this field in another form: write that form", {
          kind: report.kind,
          path: report.rewritten,
        });
      }
    },
    reflector(event) {
      metrics.reflector(event);
      logReflector(log, event, mayLog);
    },
    event(result, error) {
      metrics.event(result);
      if (result === "failed") log.warn("an Event could not be written", { error });
    },
    leader(event) {
      metrics.leader(event);
      logLeader(event);
    },
    databaseShares(report) {
      tenants.databaseShares(report);
      logDatabaseShares(log, report, mayLog);
    },
    transactions({ ended, multixactAge }) {
      tenants.transactions({ multixactAge, endedTransactions: ended.length });
      if (ended.length > 0) log.warn("ended transactions that were open for too long", { logins: ended });
    },
    auditExpired(records) {
      tenants.auditExpired(records);
      log.info("removed old audit records", { records });
    },
    redisShare(report) {
      tenants.redisShare(report);
      for (const change of report.changes) log.warn(`redis-${report.role}: ${change}`);
    },
    redisShareFailed({ role, tenant, error }) {
      if (mayLog(`redis-${role} ${tenant}`))
        log.warn("shares of Redis could not be measured; the next turn tries again", {
          server: `redis-${role}`,
          tenant,
          error,
        });
    },
  };
}

/** The shortest time between two log lines of a kind that any client of the cluster can cause. */
const quietFor: Milliseconds = 600_000;

type MayLog = (words: string) => boolean;

function onceIn(period: Milliseconds): MayLog {
  const saidAt = new Map<string, Milliseconds>();
  return (words) => {
    const now = systemClock.monotonic();
    if (now - (saidAt.get(words) ?? Number.NEGATIVE_INFINITY) < period) return false;
    saidAt.set(words, now);
    return true;
  };
}

function interruption(error: unknown): string {
  return error instanceof NotFound
    ? "a kind that the operator needs is not served: install the chart of the custom resources"
    : "a watch was interrupted and continues";
}

function logReflector(log: Logger, event: ReflectorEvent, mayLog: MayLog): void {
  const fields = logFieldsOf(event);
  if (event.type === "failed") log.warn(interruption(event.error), fields);
  else if (event.type === "left out" && mayLog(`${event.kind}/${event.why}`))
    log.warn("an object is not kept in memory; more of its kind may follow without a message", fields);
  else log.debug(`reflector: ${event.type}`, fields);
}

/** A standby logs the current holder once, not every two seconds. */
function leaderLog(log: Logger): (event: LeaderEvent) => void {
  let last = "";
  return (event) => {
    const { type, ...fields } = event;
    const line = event.type === "waiting" ? `waiting ${event.holder}` : type;
    if (line === last && type === "waiting") return;
    last = line;
    if (type === "lost" || type === "failed") log.warn(`leader election: ${type}`, fields);
    else log.info(`leader election: ${type}`, fields);
  };
}

function logDatabaseShares(log: Logger, { changed, failures }: DatabaseSharesReport, mayLog: MayLog): void {
  const failed =
    "bounds of the shared database could not be enforced for a tenant; the next check tries again";
  if (changed.length > 0)
    log.warn("tenants reached or left a bound of the shared database", { tenants: changed });
  for (const { tenant, error } of failures)
    if (mayLog(`bounds of ${tenant}`)) log.warn(failed, { tenant, error });
}

/** Returns whether a tenant's reason to wait or to stall has changed since its last reconcile. */
function changedSinceLast(): (report: ReconcileReport) => boolean {
  const last = new Map<string, string>();
  return ({ key, outcome }) => {
    const words = outcome && outcome.kind !== "done" ? `${outcome.reason}: ${outcome.message}` : undefined;
    const changed = last.get(key) !== words;
    if (words === undefined) last.delete(key);
    else last.set(key, words);
    return changed;
  };
}

function logReconcile(log: Logger, report: ReconcileReport, news: boolean): void {
  const { key, took, result, outcome, error, nextAfter, failures } = report;
  const fields = {
    tenant: key,
    milliseconds: Math.round(took),
    ...(outcome && outcome.kind !== "done" ? { reason: outcome.reason, why: outcome.message } : {}),
    ...(nextAfter === undefined ? {} : { next_in_seconds: Math.round(nextAfter / 1000) }),
    ...(error === undefined ? {} : { error, failures }),
  };
  if (result === "retryable") log.warn("reconcile failed and will be tried again", fields);
  else if (result === "terminal") log.error("reconcile failed; only a change can help", fields);
  else if (result === "done" || !news) log.debug(`reconcile: ${result}`, fields);
  else log.info(`reconcile: ${result}`, fields);
}
