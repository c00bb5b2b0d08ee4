import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, constants } from "node:http2";
import { createServer, type Server } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent, fetch } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ingress } from "../../operator/src/tenant/desired/route/ingress.ts";
import { service } from "../../operator/src/tenant/desired/workload/service.ts";
import { sampleBlueprint } from "../../operator/src/tenant/testing/sample-blueprint.ts";
import { type Authority, createAuthority } from "../authority/authority.ts";
import { cachedBinary } from "../binaries/cached-binary.ts";
import { until } from "../machine/until.ts";
import { type Kubernetes, startKubernetes } from "../services/kubernetes.ts";
import { freePort } from "../services/network/free-port.ts";

const [trusted, impostor] = ["north.example.test", "south.example.test"];
/** Names lead to these addresses in the gateway's own file of hosts, and backends listen there. */
const backendAddress = "127.77.0.1";
const impostorAddress = "127.77.0.2";
const minutes = 60_000;
const route = { kind: "Ingress", className: "skipper", annotations: {} } as const;

let folder: string;
let kubernetes: Kubernetes;
let authority: Authority;
let gateway: ChildProcess;
let port: number;
const backends: Server[] = [];

/** Only root may give a process its own file of hosts, and listen on port 443. */
describe.runIf(process.getuid?.() === 0)("the gateway", { timeout: minutes }, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "dotmac-gateway-"));
    const binary = await cachedBinary("gateway");
    kubernetes = await startKubernetes();
    authority = await createAuthority("DotMac gateway test");
    await publish(trusted, backendAddress, authority);
    await publish(impostor, impostorAddress, await createAuthority("Another"));
    port = await freePort();
    gateway = await startGateway(binary);
    await until("the routes to be known", async () =>
      (await get(trusted)).status === 200 ? true : undefined,
    );
  }, 40 * minutes);

  afterAll(async () => {
    gateway?.kill("SIGKILL");
    for (const backend of backends) backend.close();
    await kubernetes?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  it("leads a host to its Service over verified TLS, with the host and the client's address", async () => {
    const { status, body } = await get(trusted, { "x-forwarded-for": "198.51.100.7" });
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ host: trusted, forwardedFor: "198.51.100.7, 127.0.0.1" });
  });

  it("keeps headers of one connection to itself", async () => {
    const { headers } = await get(trusted);
    expect(headers["x-answer"]).toBe("kept");
    expect(headers).not.toHaveProperty("connection");
    expect(headers).not.toHaveProperty("keep-alive");
  });

  it("hands nothing to a backend whose certificate another authority signed", async () => {
    expect((await get(impostor)).status).toBeGreaterThanOrEqual(500);
  });

  it("knows no other host", async () => {
    expect((await get(trusted, { ":authority": "west.example.test" })).status).toBe(404);
    await expect(get("west.example.test")).rejects.toThrow("unrecognized name");
  });

  it("ends well at SIGTERM", async () => {
    gateway.kill("SIGTERM");
    expect(await once(gateway, "exit")).toEqual([0, null]);
  });
});

/** What the operator writes for a tenant's endpoint, and a server in place of its pods. */
async function publish(host: string, address: string, signer: Authority): Promise<void> {
  const plan = sampleBlueprint({ hosts: [host], adoptFrom: idOf(host) });
  const { namespace } = plan.names;
  await create("/api/v1/namespaces", { metadata: { name: namespace } });
  await create(`/api/v1/namespaces/${namespace}/services`, service(plan.names));
  const { certificate, key } = await authority.issue({ dnsNames: [host] });
  const data = { "tls.crt": certificate, "tls.key": key };
  const secret = { metadata: { name: "gateway-tls" }, type: "kubernetes.io/tls", stringData: data };
  await create(`/api/v1/namespaces/${namespace}/secrets`, secret);
  await create(`/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses`, ingress(plan, route));
  await listen(`${service(plan.names).metadata.name}.${namespace}.svc.cluster.local`, address, signer);
}

function idOf(host: string): string {
  return host === trusted ? "k3v7q2mzxa" : "k3v7q2mzxb";
}

async function listen(name: string, address: string, signer: Authority): Promise<void> {
  const { certificate: cert, key } = await signer.issue({ dnsNames: [name] });
  const backend = createServer({ cert, key }, ({ headers }, response) => {
    response.setHeader("x-answer", "kept");
    response.end(JSON.stringify({ host: headers.host, forwardedFor: headers["x-forwarded-for"] }));
  });
  backends.push(backend);
  await once(backend.listen(443, address), "listening");
  await writeFile(join(folder, "hosts"), `${address} ${name}\n127.0.0.1 localhost\n`, { flag: "a" });
}

async function create(path: string, body: object): Promise<void> {
  const { url, ca, adminToken } = kubernetes;
  const dispatcher = new Agent({ connect: { ca } });
  const headers = { authorization: `Bearer ${adminToken}`, "content-type": "application/json" };
  const answer = await fetch(`${url}${path}`, {
    method: "POST",
    dispatcher,
    headers,
    body: JSON.stringify(body),
  });
  if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  await dispatcher.close();
}

async function startGateway(binary: string): Promise<ChildProcess> {
  const [authorities, token, hosts] = ["ca.crt", "token", "hosts"].map((name) => join(folder, name));
  await writeFile(String(authorities), `${kubernetes.ca}${authority.certificate}`);
  await writeFile(String(token), kubernetes.adminToken);
  const script = 'mount --bind "$1" /etc/hosts && shift && exec "$@"';
  const options = [
    `-address=127.0.0.1:${port}`,
    `-support-address=127.0.0.1:${await freePort()}`,
    `-api-server=${kubernetes.url}`,
    `-token-file=${token}`,
  ];
  const command = ["--mount", "sh", "-c", script, "sh", String(hosts), binary, ...options];
  return spawn("unshare", command, {
    env: { PATH: process.env.PATH, SSL_CERT_FILE: String(authorities) },
    stdio: ["ignore", "inherit", "inherit"],
  });
}

/** A request over HTTP/2, as browsers make it. */
async function get(host: string, more: Record<string, string> = {}) {
  const session = connect(`https://127.0.0.1:${port}`, {
    ca: authority.certificate,
    servername: host,
    // What a host without a Tenant is answered does not depend on its certificate.
    rejectUnauthorized: host === trusted,
  });
  try {
    const request = session.request({ ":path": "/", ":authority": host, ...more });
    const [headers] = await Promise.race([once(request, "response"), once(session, "error").then(fail)]);
    let body = "";
    for await (const part of request.setEncoding("utf8")) body += part;
    return { status: Number(headers[constants.HTTP2_HEADER_STATUS]), headers, body };
  } finally {
    session.destroy();
  }
}

function fail([error]: Error[]): never {
  throw error;
}
