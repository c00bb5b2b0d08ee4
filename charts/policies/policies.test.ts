import { beforeAll, describe, expect, it } from "vitest";
import { chartExceptions, type Exceptions, tenantExceptions } from "./exceptions.ts";
import { kubeLinter, omittedOfKubeLinter } from "./kube-linter.ts";
import type { KubernetesObject } from "./objects.ts";
import { podSecurity } from "./pod-security.ts";
import { omittedOfPolaris, polaris } from "./polaris.ts";
import { chartObjects, tenantObjects } from "./rendered.ts";
import { checksOfKubeLinter, checksOfPolaris } from "./upstream-checks.ts";
import { worstObjects } from "./worst-objects.ts";

const sources = { "Pod Security": podSecurity, "kube-linter": kubeLinter, Polaris: polaris };
const checks = Object.entries(sources).flatMap(([source, table]) =>
  Object.entries(table).map(([name, check]) => ({ source, name, check })),
);

let charts: KubernetesObject[];
beforeAll(async () => {
  charts = await chartObjects();
});

describe("the objects of the charts", () => {
  it.each(checks)("pass $source's $name, except those with a reason", ({ name, check }) => {
    expect(check(charts).toSorted()).toEqual(Object.keys(chartExceptions[name] ?? {}).toSorted());
  });

  it("include the workloads of all charts", () => {
    const workloads = charts.filter(({ kind }) => ["Deployment", "StatefulSet"].includes(kind));
    expect(workloads).toHaveLength(7);
  });
});

describe("the objects of a tenant", () => {
  it.each(checks)("pass $source's $name, except those with a reason", ({ name, check }) => {
    expect(check(tenantObjects()).toSorted()).toEqual(Object.keys(tenantExceptions[name] ?? {}).toSorted());
  });
});

describe("a check", () => {
  it.each(checks)("can fail: $source's $name", ({ check }) => {
    expect(check(worstObjects)).not.toEqual([]);
  });

  it.each([
    ["charts", chartExceptions],
    ["tenant", tenantExceptions],
  ])("exists for each name in the exceptions of %s", (_whose, exceptions: Exceptions) => {
    const names = checks.map(({ name }) => name);
    expect(Object.keys(exceptions).filter((name) => !names.includes(name))).toEqual([]);
  });

  it.each([
    ["kube-linter", checksOfKubeLinter, kubeLinter, omittedOfKubeLinter],
    ["Polaris", checksOfPolaris, polaris, omittedOfPolaris],
  ] as const)("of %s is implemented or has a reason for its omission", (_source, names, table, omitted) => {
    const known = [...Object.keys(table), ...Object.keys(omitted)];
    expect(known.toSorted()).toEqual(names.toSorted());
  });
});

it("no check of Pod Security has an exception", () => {
  const excepted = [...Object.keys(chartExceptions), ...Object.keys(tenantExceptions)];
  expect(excepted.filter((name) => name in podSecurity)).toEqual([]);
});
