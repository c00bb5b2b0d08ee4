import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { clusterKubectl } from "../../harness/kubernetes/kubectl.ts";
import { until } from "../../harness/machine/until.ts";
import { breakGlass, cluster, kubectl, read } from "./testing/live-cluster.ts";
import { runtimePods } from "./testing/runtime-pods.ts";
import { ready, type SampleTenant, uniqueName } from "./testing/sample-tenant.ts";
import { sharedTenants } from "./testing/shared-tenants.ts";

const staff = uniqueName("staff");
const editor = uniqueName("editor");
const as = (user: string) => [`--as=${user}`, "--as-group=system:authenticated"];

let south: SampleTenant;
let north: SampleTenant;
const cleanUp = new AsyncDisposableStack();

beforeAll(async () => {
  ({ north, south } = await sharedTenants());
  await kubectl(
    "create",
    "clusterrolebinding",
    staff,
    "--clusterrole=dotmac-tenant-viewer",
    `--user=${staff}`,
  );
  cleanUp.defer(async () => void (await kubectl("delete", "clusterrolebinding", staff)));
  const binding = ["rolebinding", editor, "-n", north.namespace];
  await kubectl("create", ...binding, "--clusterrole=edit", `--user=${editor}`, ...breakGlass);
  cleanUp.defer(async () => void (await kubectl("delete", ...binding, ...breakGlass)));
});
afterAll(() => cleanUp.disposeAsync());

describe("a user with the role edit in one tenant's namespace", () => {
  it("cannot route another tenant's host to a Service in that namespace", async () => {
    await expect(create(editor, routeFor(south.host, north.namespace))).rejects.toThrow(
      "write the host into spec.hosts of the Tenant",
    );
    await ready(south.name);
  });

  it("cannot enter its pods, but can restart one", async () => {
    const entering = kubectl(
      "exec",
      "-n",
      north.namespace,
      "deploy/runtime",
      ...as(editor),
      "--",
      "/nodejs/bin/node",
      "-v",
    );
    await expect(entering).rejects.toThrow("it reaches the passwords and customers of the tenant");
    expect(
      await kubectl(
        "exec",
        "-n",
        north.namespace,
        "deploy/runtime",
        ...breakGlass,
        "--",
        "/nodejs/bin/node",
        "-v",
      ),
    ).toMatch(/^v\d/);
    const [pod] = await runtimePods(north);
    await kubectl("delete", "pod", pod?.metadata.name ?? "", "-n", north.namespace, ...as(editor));
    await served(north, pod?.metadata.uid ?? "");
  });
});

describe("an administrator outside the break-glass group", () => {
  it("cannot route a tenant's host from another namespace, neither by name nor by a route without hosts", async () => {
    await expect(create(undefined, routeFor(south.host, "default"))).rejects.toThrow(
      /belongs to the tenant|this gateway is for tenants|are for tenants only/,
    );
    await expect(create(undefined, routeFor(undefined, "default"))).rejects.toThrow("gateway");
  });

  it("can drain a tenant's pods from a node", async () => {
    const [pod] = await runtimePods(south);
    const { spec } = await read("pod", pod?.metadata.name ?? "", "-n", south.namespace);
    try {
      await kubectl(
        ...["drain", spec.nodeName, `--pod-selector=dotmac.io/tenant=${south.name}`],
        ...["--delete-emptydir-data", "--ignore-daemonsets", "--timeout=120s"],
      );
    } finally {
      await kubectl("uncordon", spec.nodeName);
    }
    await served(south, pod?.metadata.uid ?? "");
  });
});

describe("staff with the chart's role for them", () => {
  it("see pods and their failures, but no Secret", async () => {
    expect(await kubectl("get", "pods,events,deployments", "-n", south.namespace, ...as(staff))).toContain(
      "runtime",
    );
    expect(await kubectl("logs", "-n", south.namespace, "deploy/runtime", "--tail=1", ...as(staff))).not.toBe(
      "",
    );
    for (const resource of ["secrets", "configmaps"])
      await expect(kubectl("get", resource, "-n", south.namespace, ...as(staff))).rejects.toThrow(
        "Forbidden",
      );
  });
});

/**
 * Also its administrators, for whom kubeadm has a separate group
 * (https://kubernetes.io/docs/reference/setup-tools/kubeadm).
 */
const kubernetesItself =
  /^(Group:(system:masters|kubeadm:cluster-admins)|ServiceAccount:kube-system\/.*|User:system:kube-controller-manager)$/;

describe("Secrets of tenants", () => {
  it("can be read only by the operator, Kubernetes itself and the gateway", async () => {
    const readers = await readersOfSecrets(south.namespace);
    expect(readers.filter((reader) => !kubernetesItself.test(reader))).toEqual([
      "ServiceAccount:dotmac-gateway/gateway",
      "ServiceAccount:dotmac-system/dotmac-operator",
    ]);
  });
});

interface Rule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly verbs: readonly string[];
}
interface Binding {
  readonly roleRef: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly {
    readonly kind: string;
    readonly namespace?: string;
    readonly name: string;
  }[];
}

/** All subjects that a binding allows to get, list or watch Secrets in a namespace. */
async function readersOfSecrets(namespace: string): Promise<string[]> {
  const roles = [...(await read("clusterroles")).items, ...(await read("roles", "-n", namespace)).items];
  const reading = new Set(
    roles
      .filter(({ rules }: { rules: Rule[] | null }) => (rules ?? []).some(readsSecrets))
      .map(({ kind, metadata }: { kind: string; metadata: { name: string } }) => `${kind}/${metadata.name}`),
  );
  const bindings: Binding[] = [
    ...(await read("clusterrolebindings")).items,
    ...(await read("rolebindings", "-n", namespace)).items,
  ];
  const subjects = bindings
    .filter(({ roleRef }) => reading.has(`${roleRef.kind}/${roleRef.name}`))
    .flatMap(({ subjects = [] }) => subjects)
    .map(({ kind, namespace: home, name }) => `${kind}:${home ? `${home}/` : ""}${name}`);
  return [...new Set(subjects)].filter((subject) => subject !== `User:${editor}`).sort();
}

function readsSecrets({ apiGroups = [], resources = [], verbs }: Rule): boolean {
  const has = (list: readonly string[], value: string) => list.includes(value) || list.includes("*");
  return (
    has(apiGroups, "") &&
    has(resources, "secrets") &&
    ["get", "list", "watch"].some((verb) => has(verbs, verb))
  );
}

function create(user: string | undefined, object: object): Promise<string> {
  return clusterKubectl(cluster)(["create", "-f", "-", ...(user ? as(user) : [])], stringify(object));
}

function routeFor(host: string | undefined, namespace: string): object {
  const backend = { service: { name: "runtime", port: { number: 443 } } };
  const paths = [{ path: "/api/v1/auth/login", pathType: "Exact", backend }];
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name: "intruder", namespace },
    spec: { ingressClassName: "skipper", rules: [{ ...(host && { host }), http: { paths } }] },
  };
}

/** Waits until the tenant is ready again and that pod no longer exists. */
async function served(tenant: SampleTenant, gone: string): Promise<void> {
  await until("another pod", async () => {
    const pods = await runtimePods(tenant);
    return pods.length > 0 && pods.every(({ metadata }) => metadata.uid !== gone) ? true : undefined;
  });
  await kubectl("rollout", "status", "deployment/runtime", "-n", tenant.namespace, "--timeout=120s");
  await ready(tenant.name);
}
