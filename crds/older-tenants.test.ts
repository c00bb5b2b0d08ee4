import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { parse } from "yaml";
import { eventually } from "../operator/src/kubernetes/testing/eventually.ts";
import { ApiServer, type Manifest } from "./test/api-server.ts";
import { establish } from "./test/establish.ts";
import { faultsOf } from "./test/resource.ts";

const group = "older.dotmac.test";
const collection = `/apis/${group}/v1alpha1/tenants`;
const old = `${collection}/kube-old`;

let api: ApiServer;
beforeAll(async () => {
  const kubernetes = inject("kubernetes");
  api = new ApiServer(kubernetes, { token: kubernetes.adminToken });
  await establish(api, withoutRules(await definition()) as Manifest);
  expect((await api.send("POST", collection, tenant("kube-old"))).status).toBe(201);
  await bringRules();
});
afterAll(() => api[Symbol.asyncDispose]());

describe("a Tenant that is older than a rule", () => {
  it.each([
    ["its status", `${old}/status`, { status: { phase: "Ready" } }],
    ["its finalizers", old, { metadata: { finalizers: ["dotmac.io/tenant"] } }],
    ["the rest of its spec", old, { spec: { displayName: "New Name" } }],
  ])("can still be changed: %s", async (_, path, change) => {
    expect(faultsOf(await api.send("PATCH", path, change))).toEqual([]);
  });

  it.each([
    ["spec.country", { country: "ZZ" }],
    ["spec.timeZone", { timeZone: "Europe/Par" }],
    ["spec.runtime.resources.limits.cpu", { runtime: { resources: { limits: { cpu: "2E" } } } }],
    ["spec.runtime.resources.limits.memory", { runtime: { resources: { limits: { memory: "129m" } } } }],
  ])("cannot get another fault in %s", async (field, spec) => {
    const faults = faultsOf(await api.send("PATCH", old, { spec }));
    expect(faults).toEqual([expect.stringContaining(`${field}: `)]);
  });
});

/** Installs the current rules and waits until the API server enforces them. */
async function bringRules(): Promise<void> {
  const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/tenants.${group}`;
  const { spec } = await definition();
  expect((await api.send("PATCH", path, { spec })).status).toBe(200);
  await eventually("the rules are kept", async () => {
    const answer = await api.send("POST", `${collection}?dryRun=All`, tenant("kube-new"));
    return faultsOf(answer).some((fault) => fault.startsWith("metadata.name: "));
  });
}

/** The Tenant's definition in another group, which no other test uses. */
async function definition() {
  const crd = parse(await readFile(join(import.meta.dirname, "tenant.yaml"), "utf8"));
  return { ...crd, metadata: { name: `tenants.${group}` }, spec: { ...crd.spec, group } };
}

function withoutRules(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutRules);
  if (typeof node !== "object" || node === null) return node;
  const kept = Object.entries(node).filter(([key]) => key !== "x-kubernetes-validations");
  return Object.fromEntries(kept.map(([key, value]) => [key, withoutRules(value)]));
}

function tenant(name: string): Manifest {
  const amounts = { cpu: "1m", memory: "128m" };
  return {
    apiVersion: `${group}/v1alpha1`,
    kind: "Tenant",
    metadata: { name },
    spec: {
      displayName: "North Fibre",
      plan: "standard",
      hosts: ["north.example.com"],
      adminEmail: "admin@north.example.com",
      currency: "XYZ",
      timeZone: "Europe/Pari",
      country: "XX",
      runtime: { resources: { requests: amounts, limits: amounts } },
    },
  };
}
