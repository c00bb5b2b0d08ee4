import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { breakGlass } from "../../harness/kubernetes/break-glass.ts";
import { clusterKubectl, type Kubectl } from "../../harness/kubernetes/kubectl.ts";
import { median } from "../percentile.ts";
import { runningCluster } from "../tests/testing/running-cluster.ts";

/**
 * Measures the time of a tenant from `kubectl apply` to Ready, and the number of writes for it, one tenant after
 * another. The baseline of the same run is a Deployment with one idle pod of the same image: the time of Kubernetes
 * itself. Prints one JSON object on its last line. Times are medians in seconds.
 */
const rounds = 5;

const cluster = await runningCluster();
if (cluster.auditLog === undefined) {
  throw new Error("Expected a running cluster with an audit log, found none. Start it with: make up");
}
const kubectl = clusterKubectl(cluster);
const auditLog = cluster.auditLog;

const image = await kubectl([
  ...["get", "pods", "--all-namespaces", "--selector=app.kubernetes.io/component=runtime"],
  ...["-o", "jsonpath={.items[0].spec.containers[0].image}"],
]);
const pods: number[] = [];
const tenants: { seconds: number; writes: number }[] = [];
for (let round = 1; round <= rounds; round++) {
  process.stderr.write(`round ${round} of ${rounds}\n`);
  pods.push(await timePod(kubectl, image));
  tenants.push(await timeTenant(kubectl, auditLog));
}
const tenantSeconds = median(tenants.map(({ seconds }) => seconds));
const podSeconds = median(pods);
console.log(
  JSON.stringify({
    benchmark: "tenant",
    rounds,
    applyToReadySeconds: tenantSeconds,
    barePodSeconds: podSeconds,
    ratio: Number((tenantSeconds / podSeconds).toFixed(2)),
    operatorWritesPerTenant: median(tenants.map(({ writes }) => writes)),
    operatorResidentMegabytes: await residentMegabytes(
      kubectl,
      "dotmac-system",
      "deployment/dotmac-operator",
    ),
    runtimeResidentMegabytes: await sampleRuntimeMegabytes(kubectl),
  }),
);

async function timePod(run: Kubectl, ofImage: string): Promise<number> {
  const name = `bench-${randomBytes(3).toString("hex")}`;
  const labels = { bench: name };
  const container = {
    name: "idle",
    image: ofImage,
    command: ["/nodejs/bin/node", "-e", "setInterval(() => {}, 1e9)"],
  };
  const deployment = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: "default" },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: 0,
          containers: [{ ...container, imagePullPolicy: "IfNotPresent" }],
        },
      },
    },
  };
  try {
    return await seconds(async () => {
      await run(["apply", "--filename=-"], JSON.stringify(deployment));
      await run(["wait", `deployment/${name}`, "--for=condition=Available", "--timeout=120s"]);
    });
  } finally {
    await run(["delete", "deployment", name, "--wait=false"]);
  }
}

async function timeTenant(run: Kubectl, log: string): Promise<{ seconds: number; writes: number }> {
  const name = `bench-${randomBytes(3).toString("hex")}`;
  const tenant = {
    apiVersion: "dotmac.io/v1alpha1",
    kind: "Tenant",
    metadata: { name },
    spec: {
      displayName: "Benchmark",
      plan: "small",
      hosts: [`${name}.isp.test`],
      adminEmail: "admin@isp.test",
      currency: "EUR",
      timeZone: "Europe/Paris",
      country: "FR",
      deletionPolicy: "Delete",
      deletionGrace: "0s",
    },
  };
  try {
    const taken = await seconds(async () => {
      await run(["apply", "--filename=-"], JSON.stringify(tenant));
      await run(["wait", `tenant/${name}`, "--for=condition=Ready", "--timeout=120s"]);
    });
    return { seconds: taken, writes: await writesNaming(log, name) };
  } finally {
    await run(["delete", "tenant", name, "--timeout=120s"]);
  }
}

interface AuditEvent {
  readonly stage: string;
  readonly requestURI: string;
  readonly user: { readonly username: string };
}

/** The operator's writes whose path contains the tenant's name: its namespace, objects and status. */
async function writesNaming(log: string, name: string): Promise<number> {
  const events = (await readFile(log, "utf8"))
    .split("\n")
    .filter((line) => line.includes(name))
    .map((line) => JSON.parse(line) as AuditEvent);
  return events.filter(
    ({ stage, user, requestURI }) =>
      stage === "ResponseComplete" && user.username.endsWith(":dotmac-operator") && requestURI.includes(name),
  ).length;
}

/** The kernel's VmRSS of the first process of a pod. */
async function residentMegabytes(run: Kubectl, namespace: string, target: string): Promise<number> {
  const script =
    "console.log(require('fs').readFileSync('/proc/1/status', 'utf8').match(/VmRSS:\\s+(\\d+)/)[1])";
  const kilobytes = await run([
    "exec",
    `--namespace=${namespace}`,
    target,
    ...breakGlass,
    "--",
    "/nodejs/bin/node",
    "-e",
    script,
  ]);
  return Math.round(Number(kilobytes) / 1024);
}

async function sampleRuntimeMegabytes(run: Kubectl): Promise<number> {
  const id = await run(["get", "tenant", "north", "-o", "jsonpath={.status.id}"]);
  return residentMegabytes(run, `isp-north-${id}`, "deployment/runtime");
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return Number(((performance.now() - begun) / 1000).toFixed(2));
}
