import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { ApiServer } from "../crds/test/api-server.ts";
import { asUser } from "./test/identities.ts";
import { tenant } from "./test/objects.ts";
import { tenantNamespace } from "./test/operator-token.ts";
import { run } from "./test/program.ts";
import { sampleOf } from "./test/samples.ts";

const tenants = "/apis/dotmac.io/v1alpha1/tenants";
const rbac = "/apis/rbac.authorization.k8s.io/v1";

let admin: ApiServer;
beforeAll(async () => {
  const kubernetes = inject("kubernetes");
  admin = new ApiServer(kubernetes, { token: kubernetes.adminToken });
  await tenantNamespace(kubernetes, "scaled");
  expect((await admin.send("POST", tenants, tenant("scaled"))).status).toBe(201);
});
afterAll(() => admin[Symbol.asyncDispose]());

describe("a tenant", () => {
  const kubectlScale = (...flags: string[]) =>
    run("kubectl", ["scale", "tenant", "scaled", ...flags], {
      kubeconfig: inject("kubernetes").kubeconfigPath,
    });
  const replicas = async () => (await admin.send("GET", `${tenants}/scaled`)).body.spec.runtime?.replicas;

  it("can be scaled by kubectl", async () => {
    expect(await kubectlScale("--replicas=3")).toContain("scaled");
    expect(await replicas()).toBe(3);
    await kubectlScale("--replicas=4", "--current-replicas=3");
    expect(await replicas()).toBe(4);
  });

  it("cannot be stopped by kubectl scale, whose error says how to stop it", async () => {
    await expect(kubectlScale("--replicas=0")).rejects.toThrow(
      "write from 1 to 20 replicas; to stop the tenant set suspended to true",
    );
  });

  it("can be scaled, but not otherwise changed, by a user with the right on tenants/scale", async () => {
    const rules = [
      { apiGroups: ["dotmac.io"], resources: ["tenants/scale"], verbs: ["get", "patch", "update"] },
    ];
    const metadata = { name: "scales-tenants" };
    const api = "rbac.authorization.k8s.io";
    const role = { apiVersion: `${api}/v1`, kind: "ClusterRole", metadata, rules };
    expect((await admin.send("POST", `${rbac}/clusterroles`, role)).status).toBe(201);
    const binding = {
      ...{ apiVersion: `${api}/v1`, kind: "ClusterRoleBinding", metadata },
      roleRef: { apiGroup: api, kind: "ClusterRole", name: metadata.name },
      subjects: [{ kind: "User", name: "scaler", apiGroup: api }],
    };
    expect((await admin.send("POST", `${rbac}/clusterrolebindings`, binding)).status).toBe(201);
    await using scaler = asUser(inject("kubernetes"), "scaler");
    const patch = { spec: { replicas: 2 } };
    expect((await scaler.send("PATCH", `${tenants}/scaled/scale`, patch)).status).toBe(200);
    expect(await replicas()).toBe(2);
    expect((await scaler.send("PATCH", `${tenants}/scaled`, { spec: { suspended: true } })).status).toBe(403);
  });

  it("cannot get an autoscaler of its Deployment, and the error says what to scale instead", async () => {
    const path = "/apis/autoscaling/v2/namespaces/isp-scaled/horizontalpodautoscalers";
    const refused = await admin.send("POST", path, sampleOf("horizontalpodautoscalers", "runtime"));
    expect(refused.status).toBe(403);
    expect(refused.body.message).toContain("kubectl scale tenant");
  });
});
