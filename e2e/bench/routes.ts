import { hostClaim, namespace } from "../../charts/test/objects.ts";
import { asBreakGlass } from "../../charts/test/operator-token.ts";
import { startWithCharts } from "../../charts/test/start-with-charts.ts";
import { ApiServer, type Manifest } from "../../crds/test/api-server.ts";
import { establish } from "../../crds/test/establish.ts";
import { until } from "../../harness/machine/until.ts";
import { gatewayDefinition } from "../../operator/src/tenant/testing/gateway-api.ts";
import { median, percentile } from "../percentile.ts";

/**
 * Measures the admission of another team's route while tenants hold many hosts, because the chart's policy is evaluated
 * once for each HostClaim. It starts an API server and needs no cluster. The baseline of the same run has no claim. It
 * measures the API server's own processor time, which other load changes little. Prints one JSON object on its last
 * line, in milliseconds for each request. `CLAIMS` is 5,000 by default.
 */
const most = Number(process.env.CLAIMS ?? 5_000);
const steps = [0, 100, 1_000, most];
const repeats = 10;
const lanes = 16;

await using kubernetes = await startWithCharts();
await using team = new ApiServer(kubernetes, { token: kubernetes.adminToken });
await using breakGlass = asBreakGlass(kubernetes);
await establish(team, (await gatewayDefinition("httproutes")) as Manifest);
await create(team, "/api/v1/namespaces", namespace("team"));

const samples: Readonly<Record<string, Manifest>> = {
  ingress: ingress(hosts(1)),
  ingressOf16Hosts: ingress(hosts(16)),
  httpRoute: httpRoute(hosts(1)),
  httpRouteOf16Hosts: httpRoute(hosts(16)),
};
const results: Record<string, object> = {};
let claims = 0;
for (const step of steps) {
  await claimUpTo(step);
  process.stderr.write(`${step} claims\n`);
  const measured: Record<string, object> = {};
  for (const [name, route] of Object.entries(samples)) measured[name] = await timed(route);
  results[step] = measured;
}
console.log(JSON.stringify({ benchmark: "routes", repeats, claims: results }));

async function claimUpTo(count: number): Promise<void> {
  const path = "/apis/dotmac.io/v1alpha1/hostclaims";
  const lane = async () => {
    while (claims < count) await create(breakGlass, path, hostClaim(claimed(claims++)));
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  if (count === 0) return;
  // The API server sees a claim a moment after its creation.
  await until(`${claimed(count - 1)} to be refused`, async () => {
    const { status } = await admit(ingress([claimed(count - 1)]));
    return status === 403 ? true : undefined;
  });
}

async function timed(route: Manifest): Promise<object> {
  const times: number[] = [];
  const before = await cpuSeconds();
  for (let repeat = 0; repeat < repeats; repeat++) {
    const asked = performance.now();
    const { status, body } = await admit(route);
    times.push(performance.now() - asked);
    if (status !== 201) throw new Error(`Expected the ${route.kind} to be admitted, found ${body.message}`);
  }
  const cpu = (1_000 * ((await cpuSeconds()) - before)) / repeats;
  return { cpu: Math.round(cpu), p50: Math.round(median(times)), p95: Math.round(percentile(times, 0.95)) };
}

/** The API server's processor time since its start. */
async function cpuSeconds(): Promise<number> {
  const { body } = await team.send("GET", "/metrics", undefined, "text/plain");
  return Number(/^process_cpu_seconds_total (\S+)$/m.exec(body)?.[1]);
}

function admit(route: Manifest) {
  const plural = route.kind === "Ingress" ? "ingresses" : "httproutes";
  return team.send("POST", `/apis/${route.apiVersion}/namespaces/team/${plural}?dryRun=All`, route);
}

function claimed(index: number): string {
  return `isp-${index}.claimed.example`;
}

function hosts(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `app-${index}.team.example`);
}

function ingress(names: readonly string[]): Manifest {
  const backend = { service: { name: "app", port: { number: 443 } } };
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name: "app" },
    spec: {
      ingressClassName: "another",
      rules: names.map((host) => ({ host, http: { paths: [{ path: "/", pathType: "Prefix", backend }] } })),
    },
  };
}

function httpRoute(hostnames: readonly string[]): Manifest {
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: { name: "app" },
    spec: {
      parentRefs: [{ name: "another" }],
      hostnames,
      rules: [{ backendRefs: [{ name: "app", port: 443 }] }],
    },
  };
}

async function create(api: ApiServer, path: string, object: Manifest): Promise<void> {
  const { status, body } = await api.send("POST", path, object);
  if (status !== 201) throw new Error(`Expected ${object.kind} to be created, found ${body.message}`);
}
