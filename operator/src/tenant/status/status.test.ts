import { describe, expect, it } from "vitest";
import { RetryableError, TerminalError } from "../../base/errors.ts";
import { Invalid, Refused, Unreachable } from "../../kubernetes/client/errors.ts";
import { done, stalled, waiting } from "../../kubernetes/loop/outcome.ts";
import { findCondition } from "../../kubernetes/objects/conditions.ts";
import { namesOf } from "../model/blueprint.ts";
import type { Tenant } from "../model/kinds.ts";
import { limitsOf, stepsWith } from "../reconcile.ts";
import { analysisEndedFound, refusedWritesFound } from "../resources/database/limits.ts";
import { stoppedOnFound } from "../resources/redis-users/share-limit.ts";
import { createResources } from "../resources/resources.ts";
import { Findings } from "../step/findings.ts";
import { autoscalerFaultFound } from "../steps/autoscaler-limit.ts";
import { refusedKeysFound } from "../steps/metadata-limit.ts";
import { sampleTenant } from "../testing/sample-blueprint.ts";
import { newsOf } from "./news.ts";
import { deletingStatus, pausedStatus, type Report, reportedStatus, type StepResult } from "./status.ts";

const now = new Date("2026-05-01T12:00:00Z");
const later = new Date("2026-05-01T13:00:00Z");
const limits = limitsOf(stepsWith(createResources()));
const claimed: StepResult = { condition: "Claimed", outcome: done };
const cases: [string, StepResult["outcome"], object][] = [
  [
    "waits",
    waiting("RollingOut", "1 of 2", 1),
    { ready: "False", reason: "RollingOut", exceptional: ["Reconciling"], step: "False" },
  ],
  [
    "is stalled",
    stalled("HostTaken", "taken"),
    { ready: "False", reason: "HostTaken", exceptional: ["Stalled"], step: "False" },
  ],
  [
    "failed for now",
    failed(new RetryableError("VaultBusy", "busy")),
    { ready: "False", reason: "VaultBusy", exceptional: ["Reconciling"], step: "Unknown" },
  ],
  [
    "failed for good",
    failed(new TerminalError("DatabaseRefused", "no")),
    { ready: "False", reason: "DatabaseRefused", exceptional: ["Stalled"], step: "Unknown" },
  ],
  [
    "was refused by the API server",
    failed(new Refused({ code: 403, reason: "Forbidden", message: "cannot apply Service: a policy" })),
    { ready: "False", reason: "WriteRefused", exceptional: ["Stalled"], step: "Unknown" },
  ],
  [
    "sent an object that the API server does not accept",
    failed(new Invalid({ code: 422, reason: "Invalid", message: "cannot apply Deployment: spec" })),
    { ready: "False", reason: "WriteRefused", exceptional: ["Stalled"], step: "Unknown" },
  ],
  [
    "failed unforeseen",
    failed(new Error("oops")),
    { ready: "False", reason: "Failed", exceptional: ["Reconciling"], step: "Unknown" },
  ],
];

describe("the status", () => {
  it("of a finished reconcile is ready, and neither reconciling nor stalled", () => {
    const status = reportedStatus(sampleTenant(), report([claimed]));
    expect(findCondition(status.conditions, "Ready")).toMatchObject({
      status: "True",
      reason: "Ready",
      observedGeneration: 1,
    });
    expect(exceptional(status.conditions)).toEqual([]);
    expect(status).toMatchObject({ id: "k3v7q2mzxa", phase: "Ready", observedGeneration: 1 });
  });

  it.each(cases)(
    "of a step that %s shows it in the step, in Ready and for kstatus",
    (_, outcome, expected) => {
      const status = reportedStatus(
        sampleTenant(),
        report([claimed, { condition: "RuntimeReady", outcome }]),
      );
      const ready = findCondition(status.conditions, "Ready");
      expect({
        ready: ready?.status,
        reason: ready?.reason,
        exceptional: exceptional(status.conditions),
        step: findCondition(status.conditions, "RuntimeReady")?.status,
      }).toEqual(expected);
    },
  );

  it.each([
    ["Normal", waiting("RollingOut", "", 1)],
    ["Normal", waiting("Migrating", "", 1)],
    ["Warning", waiting("ImagePullBackOff", "", 1)],
    ["Warning", waiting("Unschedulable", "", 1)],
    ["Warning", failed(new RetryableError("VaultBusy", "busy"))],
    ["Warning", stalled("HostTaken", "")],
  ] as const)("is reported as a %s Event when it is %o", (type, outcome) => {
    const status = reportedStatus(sampleTenant(), report([{ condition: "RuntimeReady", outcome }]));
    expect(newsOf({}, status, limits).map((news) => news.type)).toEqual([type]);
  });

  it("stays ready while only the operator cannot observe, and not when a repair is refused", () => {
    const before = { ...sampleTenant(), status: reportedStatus(sampleTenant(), report([claimed])) };
    const readyAfter = (error: Error) => {
      const results = [{ condition: "RuntimeReady", outcome: failed(error) }];
      return findCondition(reportedStatus(before, report(results)).conditions, "Ready")?.status;
    };
    expect(readyAfter(new Unreachable({ code: 0, reason: "", message: "no answer" }))).toBe("True");
    expect(readyAfter(new Refused({ code: 403, reason: "Forbidden", message: "a policy" }))).toBe("False");
  });

  it("is reported again, once, when a tenant stalls by the reason that it waited for", () => {
    const told = (kind: typeof waiting | typeof stalled) =>
      reportedStatus(sampleTenant(), report([{ condition: "RuntimeReady", outcome: kind("X", "x", 1) }]));
    const waited = told(waiting);
    const stuck = told(stalled);
    expect(newsOf(waited, stuck)).toEqual([{ type: "Warning", reason: "X", note: "x" }]);
    expect(newsOf(stuck, stuck)).toEqual([]);
  });

  it.each([
    { storage: "open", auditFull: false, reason: undefined },
    { storage: "near", auditFull: false, reason: "StorageNearlyFull" },
    { storage: "near", auditFull: true, reason: "AuditRecordsUsedUp" },
    { storage: "full", auditFull: true, reason: "StorageFull" },
    { storage: "closed", auditFull: false, reason: "StorageClosed" },
    { storage: "exhausted", auditFull: true, reason: "StorageExhausted" },
  ] as const)("reports storage at $storage, audit full $auditFull: $reason", ({ reason, ...bounds }) => {
    const found = new Findings().set(refusedWritesFound, bounds);
    const status = reportedStatus(sampleTenant(), { ...report([claimed]), found });
    expect(findCondition(status.conditions, "StorageLimited")?.reason).toBe(reason);
    expect(newsOf({}, status, limits).filter(({ type }) => type === "Warning")).toHaveLength(
      reason === undefined ? 0 : 1,
    );
    const open = new Findings().set(refusedWritesFound, { storage: "open", auditFull: false });
    const later = reportedStatus({ ...sampleTenant(), status }, { ...report([claimed]), found: open });
    expect(findCondition(later.conditions, "StorageLimited")).toBeUndefined();
  });

  it("reports a tenant whose tables autovacuum does not analyse, until it does again", () => {
    const told = (analysisEnded: boolean, before = sampleTenant()) =>
      reportedStatus(before, {
        ...report([claimed]),
        found: new Findings().set(analysisEndedFound, analysisEnded),
      });
    const limited = (status: ReturnType<typeof told>) => findCondition(status.conditions, "AnalysisLimited");
    expect(limited(told(false))).toBeUndefined();
    const ended = told(true);
    expect(limited(ended)).toMatchObject({
      status: "True",
      reason: "AnalysisTookTooLong",
      message: expect.stringMatching(/RESET \(autovacuum_analyze_threshold\)/),
    });
    expect(newsOf({}, ended, limits).filter(({ type }) => type === "Warning")).toHaveLength(1);
    expect(limited(told(false, { ...sampleTenant(), status: ended }))).toBeUndefined();
  });

  it("reports a tenant that may store nothing in Redis, until it may again", () => {
    const told = (stoppedOn: ("cache" | "state")[], before = sampleTenant()) =>
      reportedStatus(before, { ...report([claimed]), found: new Findings().set(stoppedOnFound, stoppedOn) });
    const limited = (status: ReturnType<typeof told>) => findCondition(status.conditions, "RedisLimited");
    expect(limited(told([]))).toBeUndefined();
    expect(limited(told(["cache"]))?.message).toMatch(/share of redis-cache and .* nothing is cached/);
    const stopped = told(["cache", "state"]);
    expect(limited(stopped)).toMatchObject({
      status: "True",
      reason: "RedisShareExceeded",
      message: expect.stringMatching(/redis-cache and redis-state .* users cannot log in/),
    });
    expect(limited(told([], { ...sampleTenant(), status: stopped }))).toBeUndefined();
  });

  it("reports every limit, each in a Warning Event except the one that the sweep reports", () => {
    const found = new Findings()
      .set(refusedKeysFound, ["x"])
      .set(refusedWritesFound, { storage: "full", auditFull: false })
      .set(analysisEndedFound, true)
      .set(stoppedOnFound, ["cache"])
      .set(autoscalerFaultFound, { reason: "FailedGetResourceMetric", message: "no metrics" });
    const status = reportedStatus(sampleTenant(), { ...report([claimed]), found });
    const types = status.conditions?.map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(limits.map(({ condition }) => condition)));
    const warnings = newsOf({}, status, limits).filter(({ type }) => type === "Warning");
    expect(warnings.map(({ reason }) => reason)).toEqual([
      "KeyNotAllowed",
      "StorageFull",
      "AnalysisTookTooLong",
      "FailedGetResourceMetric",
    ]);
    expect(newsOf(status, status, limits)).toEqual([]);
  });

  it("stays the same when nothing has changed, at any time", () => {
    const first = reportedStatus(sampleTenant(), report([claimed]));
    expect(
      reportedStatus({ ...sampleTenant(), status: first }, { ...report([claimed]), now: later }),
    ).toEqual(first);
  });

  it("counts a write, and only a write, in lastAppliedTime", () => {
    const wrote = reportedStatus(sampleTenant(), { ...report([claimed]), changed: true });
    expect(wrote.lastAppliedTime).toBe("2026-05-01T12:00:00Z");
    const quiet = reportedStatus({ ...sampleTenant(), status: wrote }, { ...report([claimed]), now: later });
    expect(quiet.lastAppliedTime).toBe("2026-05-01T12:00:00Z");
  });

  it("keeps a tenant ready through an outage, but not through a change of its spec", () => {
    const ready = reportedStatus(sampleTenant(), report([claimed]));
    const outage = report([
      claimed,
      { condition: "SecretsReady", outcome: failed(new RetryableError("VaultBusy", "busy")) },
    ]);
    const same = reportedStatus({ ...sampleTenant(), status: ready }, outage);
    expect(findCondition(same.conditions, "Ready")).toMatchObject({ status: "True", reason: "Ready" });
    const changed = {
      ...sampleTenant(),
      metadata: { ...sampleTenant().metadata, generation: 2 },
      status: ready,
    };
    expect(findCondition(reportedStatus(changed, outage).conditions, "Ready")).toMatchObject({
      status: "False",
      reason: "VaultBusy",
    });
  });

  it("contains no id before the data are the tenant's", () => {
    const refused = report([{ condition: "Claimed", outcome: stalled("DataExistsUnderOtherUid", "no") }]);
    const status = reportedStatus(sampleTenant(), refused);
    expect([status.id, status.database]).toEqual([undefined, undefined]);
  });

  it.each([
    ["Suspended", { suspended: true }, done],
    ["Stalled", {}, stalled("X", "x")],
    ["Provisioning", {}, waiting("X", "x", 1)],
  ])("has the phase %s for people", (phase, spec, outcome) => {
    expect(
      reportedStatus(sampleTenant(spec), report([claimed, { condition: "RuntimeReady", outcome }])).phase,
    ).toBe(phase);
  });
});

describe("a paused tenant", () => {
  it.each([["True"], ["False"]] as const)("keeps its last readiness, %s", (last) => {
    const outcome = last === "True" ? done : waiting("X", "x", 1);
    const before = reportedStatus(sampleTenant(), report([claimed, { condition: "RuntimeReady", outcome }]));
    const status = pausedStatus({ ...sampleTenant({ paused: true }), status: before }, later);
    expect(findCondition(status.conditions, "Ready")).toMatchObject({ status: last, reason: "Paused" });
    expect(exceptional(status.conditions)).toEqual([]);
  });
});

describe("a tenant that is being deleted", () => {
  it("reports the reason for its waiting", () => {
    const status = deletingStatus(sampleTenant(), waiting("NamespaceTerminating", "going", 1), now);
    expect(findCondition(status.conditions, "Ready")).toMatchObject({
      status: "False",
      reason: "NamespaceTerminating",
    });
    expect(status.phase).toBe("Deleting");
  });
});

function report(results: StepResult[]): Report {
  const names = namesOf(sampleTenant());
  return {
    names,
    server: "postgres:5432",
    results,
    found: new Findings(),
    limits,
    changed: false,
    rotation: { kind: "resting" },
    now,
  };
}

function failed(error: Error): StepResult["outcome"] {
  return { kind: "failed", error };
}

function exceptional(conditions: NonNullable<Tenant["status"]>["conditions"]): string[] {
  return (conditions ?? [])
    .map(({ type }) => type)
    .filter((type) => type === "Reconciling" || type === "Stalled");
}
