import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect, constants, type IncomingHttpHeaders } from "node:http2";
import { createServer, type Server } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { Agent, fetch } from "undici";
import { ingress } from "../../../operator/src/tenant/desired/route/ingress.ts";
import { tlsSecret } from "../../../operator/src/tenant/desired/workload/secrets.ts";
import { service } from "../../../operator/src/tenant/desired/workload/service.ts";
import { sampleBlueprint } from "../../../operator/src/tenant/testing/sample-blueprint.ts";
import { type Authority, createAuthority } from "../../authority/authority.ts";
import { cachedBinary } from "../../binaries/cached-binary.ts";
import { until } from "../../machine/until.ts";
import { type Kubernetes, startKubernetes } from "../../services/kubernetes.ts";
import { freePort } from "../../services/network/free-port.ts";

/** Adds a backend's behaviour before the backend listens. */
export type SetUp = (backend: Server) => void;

/** A host and the server in place of its ISP's pods. */
export interface Backend {
  readonly host: string;
  /** A loopback address of only this host. No other test uses port 443 there. */
  readonly address: string;
  /** Ten letters and digits. */
  readonly id: string;
  /** Absent: nothing listens, as for a Service without endpoints. */
  readonly setUp?: SetUp;
  /** Annotations of its Ingress. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** The authority that signs its certificate. Absent: the one that the gateway trusts. */
  readonly signer?: Authority;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** The development cluster's gateway, with an API server and backends, in processes of this machine. */
export interface TestGateway extends AsyncDisposable {
  /** Sends a request over HTTP/2, like a browser. */
  get(host: string, more?: Readonly<Record<string, string>>, servername?: string): Promise<Answer>;
  /** Opens a connection that has requested an upgrade from this host. */
  upgrade(host: string): Promise<TLSSocket>;
  /** Adds a host without a server, and waits until the gateway has read the cluster's objects again. */
  addHost(backend: Pick<Backend, "host" | "address" | "id">): Promise<void>;
  /** Creates an object of somebody else. `path` is the collection's. */
  create(path: string, object: object): Promise<void>;
  /** The most memory that it has had so far, in bytes. */
  peakMemory(): Promise<number>;
  /** Its log so far. */
  log(): string;
  /** Sends SIGTERM; resolves to the exit status and signal. */
  terminate(): Promise<[number | null, NodeJS.Signals | null]>;
}

/** Starts the gateway. Needs root to give a process its own hosts file and to listen on port 443. */
export async function startTestGateway(backends: readonly Backend[]): Promise<TestGateway> {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "dotmac-gateway-"));
  opened.defer(() => rm(folder, { recursive: true }));
  const binary = await cachedBinary("gateway");
  const kubernetes = opened.use(await startKubernetes());
  const authority = await createAuthority("DotMac gateway test");
  for (const backend of backends) {
    const name = await publish(kubernetes, folder, authority, backend);
    const server = await serve(name, authority, backend);
    opened.defer(() => void server?.close());
  }
  const port = await freePort();
  const gateway = await startProgram({ binary, folder, kubernetes, authority, port });
  opened.defer(() => void gateway.kill("SIGKILL"));
  let logged = "";
  gateway.stderr.on("data", (text) => (logged += String(text)));
  const resources = opened.move();
  const reached = { port, authority };
  return {
    get: (host, more = {}, servername = host) => get(reached, host, more, servername),
    async addHost(backend) {
      await publish(kubernetes, folder, authority, backend);
      await until("the added host to be known", async () => {
        const { status } = await get(reached, backend.host, {}, String(backends[0]?.host));
        return status === 404 ? undefined : true;
      });
    },
    upgrade: (host) => upgrade(reached, host),
    create: (path, object) => createObject(kubernetes, path, object),
    peakMemory: () => peakMemory(gateway),
    log: () => logged,
    async terminate() {
      gateway.kill("SIGTERM");
      const [status, signal] = await once(gateway, "exit");
      return [status, signal];
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** Writes the objects that the operator writes for a tenant's endpoint. Resolves to the name of the Service. */
async function publish(
  kubernetes: Kubernetes,
  folder: string,
  authority: Authority,
  { host, id, address, annotations = {} }: Backend,
): Promise<string> {
  const blueprint = sampleBlueprint({ hosts: [host], adoptFrom: id });
  const { namespace } = blueprint.names;
  const create = (path: string, body: object) => createObject(kubernetes, path, body);
  await create("/api/v1/namespaces", { metadata: { name: namespace } });
  await create(`/api/v1/namespaces/${namespace}/services`, service(blueprint.names));
  const { certificate, key } = await authority.issue({ dnsNames: [host] });
  const secret = tlsSecret(blueprint, "gateway-tls", { certificate, privateKey: key });
  await create(`/api/v1/namespaces/${namespace}/secrets`, secret);
  const route = { kind: "Ingress", className: "skipper", annotations } as const;
  await create(`/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses`, ingress(blueprint, route));
  const name = `${service(blueprint.names).metadata.name}.${namespace}.svc.cluster.local`;
  await writeFile(join(folder, "hosts"), `${address} ${name}\n127.0.0.1 localhost\n`, { flag: "a" });
  return name;
}

/** Starts a server in place of the pods. */
async function serve(
  name: string,
  authority: Authority,
  { address, setUp, signer = authority }: Backend,
): Promise<Server | undefined> {
  if (setUp === undefined) return undefined;
  const pair = await signer.issue({ dnsNames: [name] });
  const backend = createServer({ cert: pair.certificate, key: pair.key });
  setUp(backend);
  await once(backend.listen(443, address), "listening");
  return backend;
}

async function createObject(kubernetes: Kubernetes, path: string, object: object): Promise<void> {
  const { url, ca, adminToken } = kubernetes;
  const dispatcher = new Agent({ connect: { ca } });
  const headers = { authorization: `Bearer ${adminToken}`, "content-type": "application/json" };
  const body = JSON.stringify(object);
  const answer = await fetch(`${url}${path}`, { method: "POST", dispatcher, headers, body });
  if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  await dispatcher.close();
}

interface Start {
  readonly binary: string;
  readonly folder: string;
  readonly kubernetes: Kubernetes;
  readonly authority: Authority;
  readonly port: number;
}

async function startProgram({ binary, folder, kubernetes, authority, port }: Start) {
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
    stdio: ["ignore", "inherit", "pipe"],
  });
}

/** Of `unshare`, which has become the gateway. */
async function peakMemory({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(status.match(/^VmHWM:\s+([0-9]+) kB$/m)?.[1]) * 1_024;
}

type Reached = Pick<Start, "port" | "authority">;

async function get(
  { port, authority }: Reached,
  host: string,
  more: Readonly<Record<string, string>>,
  servername: string,
): Promise<Answer> {
  const session = connect(`https://127.0.0.1:${port}`, { ca: authority.certificate, servername });
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

async function upgrade({ port, authority }: Reached, host: string): Promise<TLSSocket> {
  const ca = authority.certificate;
  const socket = connectTls({ port, host: "127.0.0.1", servername: host, ca });
  await once(socket, "secureConnect");
  const head = ["GET / HTTP/1.1", `Host: ${host}`, "Connection: Upgrade", "Upgrade: websocket", "", ""];
  socket.write(head.join("\r\n"));
  return socket;
}

function fail([error]: Error[]): never {
  throw error;
}
