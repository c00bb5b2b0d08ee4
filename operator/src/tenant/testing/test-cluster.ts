import { readFile } from "node:fs/promises";
import { parseAllDocuments } from "yaml";
import { type Kubernetes, startKubernetes } from "../../../../harness/services/kubernetes.ts";
import { systemClock } from "../../../../process/clock.ts";
import { KubernetesClient } from "../../kubernetes/client/client.ts";
import { loadAccess } from "../../kubernetes/client/credentials.ts";
import { defineKind, type Kind, type KubernetesObject, kinds } from "../../kubernetes/objects/kinds.ts";
import { eventually } from "../../kubernetes/testing/eventually.ts";
import { Stores, WatchedCluster } from "../../kubernetes/watch/watched-cluster.ts";
import { ownedKinds, watchTenants } from "../../watches/watch-tenants.ts";
import { namesOf } from "../model/blueprint.ts";
import { hostClaimKind, tenantKind, tenantPlanKind } from "../model/kinds.ts";
import type { RouteSettings } from "../model/settings.ts";
import { gatewayDefinition } from "./gateway-api.ts";

/** An API server with the DotMac resources and the watched copies of an operator. */
export interface TestCluster extends AsyncDisposable {
  readonly kubernetes: Kubernetes;
  readonly client: KubernetesClient;
  readonly cluster: WatchedCluster;
  readonly stores: Stores;
  readonly route: RouteSettings;
}

export interface Definition extends KubernetesObject {
  spec: unknown;
  status?: { conditions?: { type: string; status: string }[] };
}

const definitionKind = defineKind<Definition>(
  "apiextensions.k8s.io/v1",
  "CustomResourceDefinition",
  "customresourcedefinitions",
  "cluster",
);
const ingressRoute: RouteSettings = { kind: "Ingress", className: "skipper", annotations: {} };
const certificates = { mode: "local", caSecret: "platform-ca" } as const;

/** Starts one, with the Gateway API if routes need it. Namespaces can be deleted, but no controller runs pods. */
export async function startTestCluster({ route = ingressRoute } = {}): Promise<TestCluster> {
  await using opened = new AsyncDisposableStack();
  const kubernetes = opened.use(
    await startKubernetes({ audit: true, controllers: ["namespace-controller"] }),
  );
  const client = new KubernetesClient({
    access: loadAccess({ kubeconfigPath: kubernetes.kubeconfigPath }),
    userAgent: "dotmac-operator/test",
  });
  opened.defer(() => client.close());
  await install(client);
  if (route.kind === "HTTPRoute") await installGatewayApi(client);
  const stores = new Stores();
  const reflectors = watchTenants(
    { client, stores, clock: systemClock, random: Math.random },
    {
      route,
      certificates,
      adminNamespace: "dotmac-admins",
      platform: { namespace: "dotmac-system", caConfigMap: "platform-ca" },
    },
    () => {},
  );
  for (const reflector of reflectors) {
    reflector.start();
    opened.defer(() => reflector.stop());
  }
  await Promise.all(reflectors.map(({ synced }) => synced));
  const resources = opened.move();
  return {
    kubernetes,
    client,
    stores,
    route,
    cluster: new WatchedCluster(client, stores),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** Waits until the watched copies hold the current versions of all objects of a tenant. */
export async function caughtUp({ client, stores, route }: TestCluster, tenant: string): Promise<void> {
  const { namespace: place } = namesOf(await client.get(tenantKind, { name: tenant }));
  const watched: Kind[] = [tenantKind, tenantPlanKind, hostClaimKind, ...ownedKinds({ route, certificates })];
  const managed = { labelSelector: "app.kubernetes.io/managed-by=dotmac-operator" };
  const selectionOf = (kind: Kind) => {
    if (kind.namespaced) return { namespace: place, ...managed };
    return kind.apiVersion === "v1" ? { fieldSelector: `metadata.name=${place}`, ...managed } : {};
  };
  await eventually(`the watched copies of ${tenant} are current`, async () => {
    for (const kind of watched) {
      for (const { metadata } of await client.listAll(kind, selectionOf(kind))) {
        const { namespace, name } = metadata;
        const copy = stores.of(kind).get(namespace === undefined ? { name } : { namespace, name });
        if (copy?.metadata.resourceVersion !== metadata.resourceVersion) return false;
      }
    }
    return true;
  });
}

async function install(client: KubernetesClient): Promise<void> {
  const files = ["tenant", "tenantplan", "hostclaim", "retainedtenant"];
  const definitions = files.map(async (file) => {
    const [definition] = await documents(new URL(`../../../../crds/${file}.yaml`, import.meta.url));
    return definition as Definition;
  });
  await define(client, await Promise.all(definitions));
  for (const name of ["dotmac-admins", "dotmac-system"]) {
    await client.create(
      kinds.namespace,
      { apiVersion: "v1", kind: "Namespace", metadata: { name } },
      { fieldManager: "test" },
    );
  }
}

/** Installs the kinds of the Gateway API that the operator writes, from their publisher. */
export async function installGatewayApi(client: KubernetesClient): Promise<void> {
  const definitions = ["httproutes", "backendtlspolicies"].map(gatewayDefinition);
  await define(client, (await Promise.all(definitions)) as Definition[]);
}

async function define(client: KubernetesClient, definitions: readonly Definition[]): Promise<void> {
  for (const definition of definitions)
    await client.apply(definitionKind, definition, { fieldManager: "test" });
  for (const { metadata } of definitions) {
    await eventually(`${metadata.name} is served`, async () => {
      const { status } = await client.get(definitionKind, { name: metadata.name });
      return status?.conditions?.some(({ type, status }) => type === "Established" && status === "True");
    });
  }
}

async function documents(path: URL): Promise<unknown[]> {
  return parseAllDocuments(await readFile(path, "utf8")).map((document) => document.toJS());
}
