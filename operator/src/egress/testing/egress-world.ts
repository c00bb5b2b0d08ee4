import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { parse } from "yaml";
import { ApiServer } from "../../../../crds/test/api-server.ts";
import { type Authority, createAuthority } from "../../../../harness/authority/authority.ts";
import { certify } from "../../../../harness/authority/certify.ts";
import { type Kubernetes, startKubernetes } from "../../../../harness/services/kubernetes.ts";
import { createLogger } from "../../../../process/log.ts";
import { loadAccess } from "../../kubernetes/client/credentials.ts";
import { eventually } from "../../kubernetes/testing/eventually.ts";
import { namesOf } from "../../tenant/model/blueprint.ts";
import type { Tenant } from "../../tenant/model/kinds.ts";
import { tenantManifest } from "../../tenant/testing/tenant-manifest.ts";
import { type EgressConfig, parseEgressConfig } from "../config.ts";
import { type EgressProxyOptions, type Listening, runEgressProxy } from "../run-egress-proxy.ts";
import type { ProxyAddress } from "./connect-through.ts";

const tenants = "/apis/dotmac.io/v1alpha1/tenants";

/** An API server with the Tenant resource, and helpers for tests of the proxy. */
export interface EgressWorld extends AsyncDisposable {
  readonly kubernetes: Kubernetes;
  readonly api: ApiServer;
  readonly authority: Authority;
  /** Creates a Tenant and its namespace, as the operator would, and returns the namespace's name. */
  createTenant(name: string, spec?: Partial<Tenant["spec"]>): Promise<string>;
  changeTenant(name: string, spec: object): Promise<void>;
  /** A projected token of a ServiceAccount. Creates the account if needed. */
  token(namespace: string, account?: string, audience?: string): Promise<string>;
  startProxy(options?: ProxySettings): Promise<RunningProxy>;
}

export interface ProxySettings extends Partial<Pick<EgressProxyOptions, "resolve" | "rule" | "access">> {
  readonly config?: Partial<EgressConfig>;
}

export type LogLine = Readonly<Record<string, unknown>> & { readonly message: string };

/** A proxy in this process. */
export interface RunningProxy extends ProxyAddress, AsyncDisposable {
  readonly listening: Listening;
  readonly lines: readonly LogLine[];
  /** Waits for a line of the log. Earlier lines count too. */
  line(satisfies: (line: LogLine) => boolean): Promise<LogLine>;
  health(): Promise<string>;
  metric(line: string): Promise<number>;
  /** Starts the shutdown and resolves at its end. */
  stop(): Promise<void>;
}

export async function startEgressWorld(): Promise<EgressWorld> {
  await using opened = new AsyncDisposableStack();
  const kubernetes = opened.use(await startKubernetes());
  const api = opened.use(new ApiServer(kubernetes, { token: kubernetes.adminToken }));
  const authority = await createAuthority("DotMac egress tests");
  const certificates = await certificateDirectory(authority);
  opened.defer(() => rm(certificates, { recursive: true }));
  await installTenants(api);
  const running = opened.move();
  return {
    kubernetes,
    api,
    authority,
    createTenant: (name, spec = {}) => createTenant(api, name, spec),
    changeTenant: async (name, spec) => void (await sent(api, "PATCH", `${tenants}/${name}`, { spec })),
    token: (namespace, account = "runtime", audience = "egress") => token(api, namespace, account, audience),
    startProxy: (options = {}) => startProxy(kubernetes, authority, certificates, options),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function startProxy(
  kubernetes: Kubernetes,
  authority: Authority,
  certificates: string,
  { config, ...overrides }: ProxySettings,
): Promise<RunningProxy> {
  const stop = new AbortController();
  const lines: LogLine[] = [];
  const stream = new PassThrough();
  stream.on("data", (line: Buffer) => lines.push(JSON.parse(line.toString())));
  const listening = Promise.withResolvers<Listening>();
  const end = runEgressProxy(
    {
      access: loadAccess({ kubeconfigPath: kubernetes.kubeconfigPath }),
      config: { ...parseEgressConfig("", "test"), lameDuck: 1, drain: 1_000, ...config },
      log: createLogger("debug", stream),
      version: "test",
      certificateDirectory: certificates,
      ports: { proxy: 0, metrics: 0, health: 0 },
      onListening: listening.resolve,
      ...overrides,
    },
    stop.signal,
  );
  end.catch(listening.reject);
  const ports = await listening.promise;
  const page = async (port: number, path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return `${response.status} ${await response.text()}`;
  };
  const finish = async () => {
    stop.abort();
    await end;
  };
  return {
    port: ports.proxyPort,
    ca: authority.certificate,
    listening: ports,
    lines,
    line: (satisfies) => eventually("the line is in the log", () => lines.find(satisfies)),
    health: () => page(ports.healthPort, "/readyz"),
    async metric(name) {
      const text = await page(ports.metricsPort, "/metrics");
      const line = text.split("\n").find((one) => one.startsWith(`${name} `));
      return Number(line?.slice(name.length + 1) ?? Number.NaN);
    },
    stop: finish,
    [Symbol.asyncDispose]: finish,
  };
}

async function certificateDirectory(authority: Authority): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "dotmac-egress-"));
  const { certificate, key } = await certify(authority);
  await writeFile(join(directory, "tls.crt"), certificate);
  await writeFile(join(directory, "tls.key"), key);
  return directory;
}

async function installTenants(api: ApiServer): Promise<void> {
  const definition = parse(await readFile(new URL("../../../../crds/tenant.yaml", import.meta.url), "utf8"));
  await sent(api, "POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition);
  await eventually("tenants are served", async () => (await api.send("GET", tenants)).status === 200);
}

async function createTenant(api: ApiServer, name: string, spec: Partial<Tenant["spec"]>): Promise<string> {
  const manifest = tenantManifest(name, { plan: "small", ...spec });
  const tenant = (await sent(api, "POST", tenants, manifest)) as Tenant;
  const { namespace } = namesOf(tenant);
  await sent(api, "POST", "/api/v1/namespaces", { metadata: { name: namespace } });
  return namespace;
}

async function token(api: ApiServer, namespace: string, account: string, audience: string): Promise<string> {
  const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`;
  await api.send("POST", accounts, { metadata: { name: account } });
  const answer = (await sent(api, "POST", `${accounts}/${account}/token`, {
    spec: { audiences: [audience], expirationSeconds: 3_600 },
  })) as { status: { token: string } };
  return answer.status.token;
}

async function sent(api: ApiServer, ...request: Parameters<ApiServer["send"]>): Promise<unknown> {
  const { status, body } = await api.send(...request);
  if (status >= 300)
    throw new Error(`expected ${request[0]} ${request[1]} done, found ${status} ${body.message}`);
  return body;
}
