import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { ApiServer, type Manifest } from "../crds/test/api-server.ts";
import { until } from "../harness/machine/until.ts";
import { startControllers } from "../harness/services/kubernetes/controller-manager.ts";
import { asSystem, asUser, letEdit } from "./test/identities.ts";
import { deployment, disruptionBudget, job, namespace, resourceQuota, service } from "./test/objects.ts";
import { handLeaseTo, operatorToken } from "./test/operator-token.ts";

const name = "isp-controlled";
const core = `/api/v1/namespaces/${name}`;
const apps = `/apis/apps/v1/namespaces/${name}`;
const budgets = `/apis/policy/v1/namespaces/${name}/poddisruptionbudgets`;
const autoscalers = `/apis/autoscaling/v2/namespaces/${name}/horizontalpodautoscalers`;
const slices = `/apis/discovery.k8s.io/v1/namespaces/${name}/endpointslices`;
const events = `/apis/events.k8s.io/v1/namespaces/${name}/events`;
const jobs = `/apis/batch/v1/namespaces/${name}/jobs`;

let admin: ApiServer;
let operator: ApiServer;
let colleague: ApiServer;
let scheduler: ApiServer;
let kubelet: ApiServer;
const started = new AsyncDisposableStack();

beforeAll(async () => {
  const kubernetes = inject("kubernetes");
  admin = started.use(new ApiServer(kubernetes, { token: kubernetes.adminToken }));
  operator = started.use(new ApiServer(kubernetes, { token: await operatorToken(admin, "controlled") }));
  await handLeaseTo(admin, "controlled");
  colleague = started.use(asUser(kubernetes, "colleague"));
  scheduler = started.use(asSystem(kubernetes, "system:kube-scheduler"));
  kubelet = started.use(asSystem(kubernetes, "system:node:first", "system:nodes"));
  started.use(
    await startControllers(kubernetes.kubeconfigPath, [
      "deployment-controller",
      "replicaset-controller",
      "job-controller",
      "ttl-after-finished-controller",
      "endpoints-controller",
      "endpointslice-controller",
      "disruption-controller",
      "horizontal-pod-autoscaler-controller",
      "resourcequota-controller",
      "serviceaccount-controller",
      "garbage-collector-controller",
      "namespace-controller",
    ]),
  );
  const labels = {
    "dotmac.io/tenant": "controlled",
    "dotmac.io/tenant-id": "aaaaaaaaaa",
    "pod-security.kubernetes.io/enforce": "restricted",
  };
  await create(operator, "/api/v1/namespaces", namespace(name, labels));
  await letEdit(kubernetes, name, "colleague");
  await create(admin, "/api/v1/nodes", { apiVersion: "v1", kind: "Node", metadata: { name: "first" } });
  started.defer(async () => void (await admin.send("DELETE", "/api/v1/nodes/first")));
}, 60_000);
afterAll(() => started.disposeAsync());

/** One story: each part begins with the end of the previous one. */
describe("Kubernetes' own controllers, under the policies for tenants' namespaces", () => {
  it("give the namespace its default account", async () => {
    await until("the account default", async () =>
      found(await admin.send("GET", `${core}/serviceaccounts/default`)),
    );
  });

  it("make the pods of the operator's Deployment, count them and write Events", async () => {
    await create(operator, `${core}/resourcequotas`, resourceQuota("tenant"));
    await create(operator, `${core}/services`, service("runtime", { selector: { app: "x" } }));
    await create(operator, budgets, disruptionBudget("runtime"));
    await create(operator, `${apps}/deployments`, deployment("runtime", 2));
    await until("two pods", async () => ((await pods()).length === 2 ? true : undefined));
    await until("the quota to count two pods", async () => {
      const { body } = await admin.send("GET", `${core}/resourcequotas/tenant`);
      return body.status?.used?.pods === "2" ? true : undefined;
    });
    await until("an Event of the ReplicaSet", async () => {
      const { body } = await admin.send("GET", events);
      return body.items.some(({ reason }: { reason: string }) => reason === "SuccessfulCreate") || undefined;
    });
  });

  it("bind the pods to a node, and the Service leads to them once the kubelet reports them ready", async () => {
    for (const [index, pod] of (await pods()).entries()) {
      const binding = {
        apiVersion: "v1",
        kind: "Binding",
        metadata: { name: pod },
        target: { apiVersion: "v1", kind: "Node", name: "first" },
      };
      expect((await scheduler.send("POST", `${core}/pods/${pod}/binding`, binding)).status).toBe(201);
      const status = readyStatus(`10.1.0.${index + 1}`);
      expect((await kubelet.send("PATCH", `${core}/pods/${pod}/status`, { status })).status).toBe(200);
    }
    await until("two endpoints", async () => {
      const { body } = await admin.send("GET", slices);
      const endpoints = body.items.flatMap((slice: { endpoints: unknown[] | null }) => slice.endpoints ?? []);
      return endpoints.length === 2 ? true : undefined;
    });
    await until("the Deployment to be available", async () => {
      const { body } = await admin.send("GET", `${apps}/deployments/runtime`);
      return body.status?.availableReplicas === 2 ? true : undefined;
    });
  });

  it("evict one pod for a drain, as the disruption budget allows, and no second pod", async () => {
    await until("the budget to allow one", async () => {
      const { body } = await admin.send("GET", `${budgets}/runtime`);
      return body.status?.disruptionsAllowed === 1 ? true : undefined;
    });
    const [first, second] = (await pods()) as [string, string];
    expect((await evict(first)).status).toBe(201);
    expect((await evict(second)).status).toBe(429);
    await until("the quota to count three pods, one of which ends", async () => {
      const { body } = await admin.send("GET", `${core}/resourcequotas/tenant`);
      return body.status?.used?.pods === "3" ? true : undefined;
    });
    expect(await ended(first)).toBe(true);
  });

  it("replace a pod that a user with the role edit deletes", async () => {
    const [pod] = (await pods()) as [string];
    expect((await colleague.send("DELETE", `${core}/pods/${pod}`)).status).toBe(200);
    await ended(pod);
    await until("two pods, none of them that one", async () => {
      const left = await pods();
      return left.length === 2 && !left.includes(pod) ? true : undefined;
    });
  });

  it("scale by the operator's autoscaler, within its bounds", async () => {
    const spec = {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "runtime" },
      minReplicas: 3,
      maxReplicas: 5,
    };
    const metadata = { name: "runtime", labels: { "app.kubernetes.io/managed-by": "dotmac-operator" } };
    const kind = { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler" };
    await create(operator, autoscalers, { ...kind, metadata, spec });
    await until("three pods", async () => ((await pods()).length === 3 ? true : undefined));
    await until("the autoscaler to report", async () => {
      const { body } = await admin.send("GET", `${autoscalers}/runtime`);
      return body.status?.desiredReplicas === 3 ? true : undefined;
    });
    expect((await operator.send("DELETE", `${autoscalers}/runtime`)).status).toBe(200);
  });

  it("scale for the operator, but not for a user with the role edit", async () => {
    const scaled = await colleague.send("PATCH", `${apps}/deployments/runtime/scale`, {
      spec: { replicas: 0 },
    });
    expect(scaled.body.message).toContain(
      "write replicas, image or resources into spec.runtime of the Tenant",
    );
    const path = `${apps}/deployments/runtime?fieldManager=dotmac-operator`;
    expect((await operator.send("PATCH", path, { spec: { replicas: 2 } })).status).toBe(200);
    await until("two pods", async () => ((await pods()).length === 2 ? true : undefined));
  });

  it("end a Job and clean up the operator's objects", async () => {
    const migration = job("migrate");
    (migration.spec as Record<string, unknown>).ttlSecondsAfterFinished = 0;
    await create(operator, jobs, migration);
    const [pod] = await until("the Job's pod", async () => {
      const found = (await pods()).filter((pod) => pod.startsWith("migrate"));
      return found.length === 1 ? found : undefined;
    });
    const succeeded = {
      phase: "Succeeded",
      containerStatuses: [containerStatus({ terminated: { exitCode: 0 } })],
    };
    expect((await kubelet.send("PATCH", `${core}/pods/${pod}/status`, { status: succeeded })).status).toBe(
      200,
    );
    await until("the Job to be gone with its pod", async () => {
      const job = await admin.send("GET", `${jobs}/migrate`);
      return job.status === 404 && !(await pods()).includes(pod as string) ? true : undefined;
    });

    const path = `${apps}/deployments/runtime?propagationPolicy=Background`;
    expect((await operator.send("DELETE", path)).status).toBe(200);
    await until("no ReplicaSet", async () => {
      const { body } = await admin.send("GET", `${apps}/replicasets`);
      return body.items.length === 0 ? true : undefined;
    });
    await until("no pod", async () => {
      const left = await allPods();
      for (const { metadata } of left) await ended(metadata.name);
      return left.length === 0 ? true : undefined;
    });
  });

  it("delete the namespace with everything in it", async () => {
    expect((await operator.send("DELETE", `/api/v1/namespaces/${name}`)).status).toBe(200);
    await until("the namespace to be gone", async () => {
      return (await admin.send("GET", `/api/v1/namespaces/${name}`)).status === 404 ? true : undefined;
    });
  }, 90_000);
});

async function create(api: ApiServer, path: string, object: Manifest): Promise<void> {
  const answer = await api.send("POST", path, object);
  if (answer.status !== 201) throw new Error(`expected ${object.kind} created, found ${answer.body.message}`);
}

async function allPods(): Promise<Manifest[]> {
  return (await admin.send("GET", `${core}/pods`)).body.items;
}

/** The names of pods that are not terminating. */
async function pods(): Promise<string[]> {
  const running = (await allPods()).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  return running.map(({ metadata }) => metadata.name);
}

function evict(pod: string) {
  const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name: pod } };
  return colleague.send("POST", `${core}/pods/${pod}/eviction`, eviction);
}

/** Deletes the pod as a kubelet does after the end of its containers. */
async function ended(pod: string): Promise<boolean> {
  const { status } = await kubelet.send("DELETE", `${core}/pods/${pod}?gracePeriodSeconds=0`);
  return status === 200;
}

function found({ status }: { status: number }): true | undefined {
  return status === 200 ? true : undefined;
}

function readyStatus(address: string): object {
  const at = "2026-01-01T00:00:00Z";
  const conditions = ["PodScheduled", "Initialized", "ContainersReady", "Ready"].map((type) => ({
    type,
    status: "True",
    lastTransitionTime: at,
  }));
  const containerStatuses = [
    { ...containerStatus({ running: { startedAt: at } }), ready: true, started: true },
  ];
  return { phase: "Running", podIP: address, podIPs: [{ ip: address }], conditions, containerStatuses };
}

function containerStatus(state: object): object {
  return { name: "main", image: "localhost/x:1", imageID: "x", restartCount: 0, ready: false, state };
}
