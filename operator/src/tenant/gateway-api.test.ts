import { afterAll, beforeAll, expect, inject, it } from "vitest";
import type {} from "../../../harness/services/vitest.ts";
import { KubernetesClient } from "../kubernetes/client/client.ts";
import { loadAccess } from "../kubernetes/client/credentials.ts";
import { type Kind, type KubernetesObject, kinds } from "../kubernetes/objects/kinds.ts";
import { namespace } from "./desired/isolation/namespace.ts";
import { backendTlsPolicy } from "./desired/route/backend-tls-policy.ts";
import { httpRoute } from "./desired/route/http-route.ts";
import { backendTlsPolicyKind } from "./model/kinds.ts";
import { sampleBlueprint } from "./testing/sample-blueprint.ts";
import { installGatewayApi } from "./testing/test-cluster.ts";

const manager = { fieldManager: "test" };
const blueprint = sampleBlueprint();
const route = {
  kind: "HTTPRoute" as const,
  gatewayRef: { namespace: "dotmac-gateway", name: "dotmac" },
  annotations: {},
};
let client: KubernetesClient;

beforeAll(async () => {
  const { kubeconfigPath } = inject("kubernetes");
  client = new KubernetesClient({ access: loadAccess({ kubeconfigPath }), userAgent: "dotmac-test" });
  await installGatewayApi(client);
  await client.apply(kinds.namespace, namespace(blueprint), manager);
});

afterAll(() => client.close());

it.each<[string, Kind, KubernetesObject & { spec: unknown }]>([
  ["HTTPRoute", kinds.httpRoute, httpRoute(blueprint, route)],
  ["BackendTLSPolicy", backendTlsPolicyKind, backendTlsPolicy(blueprint)],
])("the real Gateway API accepts the operator's %s and adds nothing to it", async (_, kind, desired) => {
  const live = (await client.apply(kind, desired, manager)) as typeof desired;
  expect(live.spec).toEqual(desired.spec);
});

it("the real Gateway API refuses a route of another form", async () => {
  const wrong = httpRoute(blueprint, route);
  wrong.spec = { ...wrong.spec, hostnames: ["not a host"] };
  await expect(client.apply(kinds.httpRoute, wrong, manager)).rejects.toMatchObject({ name: "Invalid" });
});
