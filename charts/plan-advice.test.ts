import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { ApiServer } from "../crds/test/api-server.ts";
import { eventually } from "../operator/src/kubernetes/testing/eventually.ts";

const plans = "/apis/dotmac.io/v1alpha1/tenantplans?dryRun=All";

let admin: ApiServer;
beforeAll(() => {
  const kubernetes = inject("kubernetes");
  admin = new ApiServer(kubernetes, { token: kubernetes.adminToken });
});
afterAll(() => admin[Symbol.asyncDispose]());

const create = (connectionLimit: number) =>
  admin.send("POST", plans, {
    apiVersion: "dotmac.io/v1alpha1",
    kind: "TenantPlan",
    metadata: { name: "advised" },
    spec: { database: { connectionLimit, poolSize: 3 } },
  });

it("accepts a plan with more connections than a login gets, and warns", async () => {
  const { warnings } = await eventually("the policy is in force", async () => {
    const answer = await create(10);
    expect(answer.status).toBe(201);
    return answer.warnings.length > 0 ? answer : undefined;
  });
  expect(warnings).toEqual([
    expect.stringContaining("spec.database.connectionLimit: 10 counts as 5, because PostgreSQL has memory"),
  ]);
});

it("accepts a plan with as many connections as a login gets, without a warning", async () => {
  expect(await create(5)).toMatchObject({ status: 201, warnings: [] });
});
