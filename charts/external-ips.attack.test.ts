import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { ApiServer } from "../crds/test/api-server.ts";
import { eventually } from "../operator/src/kubernetes/testing/eventually.ts";
import { namespace } from "./test/objects.ts";
import { asBreakGlass } from "./test/operator-token.ts";

const services = "/api/v1/namespaces/external-ips/services";
/** The address of the platform's Vault, for example. */
const stolen = "10.96.0.200";

/** Has all rights in the cluster by RBAC, but not the break-glass group. */
let user: ApiServer;
let breakGlass: ApiServer;

beforeAll(async () => {
  const kubernetes = inject("kubernetes");
  user = new ApiServer(kubernetes, { token: kubernetes.adminToken });
  breakGlass = asBreakGlass(kubernetes);
  expect((await user.send("POST", "/api/v1/namespaces", namespace("external-ips"))).status).toBe(201);
  await eventually("the policy is in force", async () => {
    const { status } = await user.send("POST", `${services}?dryRun=All`, service("x", [stolen]));
    return status === 403 || undefined;
  });
});
afterAll(async () => {
  await user[Symbol.asyncDispose]();
  await breakGlass[Symbol.asyncDispose]();
});

describe("a Service in a namespace without a tenant", () => {
  it("cannot take the address of another one, neither when it is created nor later", async () => {
    expect((await user.send("POST", services, service("plain"))).status).toBe(201);
    const change = { spec: { externalIPs: [stolen] } };
    for (const answer of [
      await user.send("POST", services, service("thief", [stolen])),
      await user.send("PATCH", `${services}/plain`, change),
    ]) {
      expect(answer).toMatchObject({
        status: 403,
        body: { message: expect.stringContaining("spec.externalIPs: a Service with the address of another") },
      });
    }
  });

  it("keeps the addresses that an administrator gave it in an emergency, and may lose them", async () => {
    const given = service("given", ["203.0.113.7", "203.0.113.8"]);
    expect((await breakGlass.send("POST", services, given)).status).toBe(201);
    const patch = (change: object) => user.send("PATCH", `${services}/given`, change);
    expect((await patch({ metadata: { labels: { team: "web" } } })).status).toBe(200);
    expect((await patch({ spec: { externalIPs: ["203.0.113.7"] } })).status).toBe(200);
    expect((await patch({ spec: { externalIPs: ["203.0.113.8"] } })).status).toBe(403);
  });
});

function service(name: string, externalIPs?: readonly string[]) {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name },
    spec: { ports: [{ port: 8200 }], ...(externalIPs && { externalIPs }) },
  };
}
