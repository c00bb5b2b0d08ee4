import { generateKeyPairSync, randomBytes } from "node:crypto";
import { join } from "node:path";
import { type Authority, createAuthority } from "../authority/authority.ts";
import { certify } from "../authority/certify.ts";
import { cachedBinary } from "../binaries/cached-binary.ts";
import { type AuditEvent, readAuditEvents } from "./kubernetes/audit-events.ts";
import { startControllers } from "./kubernetes/controller-manager.ts";
import { startEtcd } from "./kubernetes/etcd.ts";
import { answersOk } from "./network/answers-ok.ts";
import { freePort } from "./network/free-port.ts";
import type { Server } from "./process/server.ts";
import { serverDirectory, writeFiles } from "./process/server-directory.ts";
import { startServer } from "./process/start-server.ts";

/** The connection of a client. It is plain data, so that Vitest can pass it from its set-up to its workers. */
export interface KubernetesConnection {
  readonly url: string;
  /** PEM of the authority that signed the server's certificate. */
  readonly ca: string;
  /** A bearer token of the group `system:masters`. */
  readonly adminToken: string;
  /** A kubeconfig with that token. */
  readonly kubeconfigPath: string;
}

/** An API server without nodes. Objects, RBAC, admission, tokens and watches are real, but no pod ever runs. */
export interface Kubernetes extends KubernetesConnection, Server {
  /** The requests that the API server has completed, oldest first; empty unless started with `audit`. */
  audit(): Promise<AuditEvent[]>;
}

export interface KubernetesOptions {
  /** Writes the metadata of every request to an audit log. */
  readonly audit?: boolean;
  /**
   * Controllers of kube-controller-manager to run: `["namespace-controller", "garbage-collector-controller"]`.
   * Without the first, a deleted namespace stays Terminating.
   */
  readonly controllers?: readonly string[];
}

/** Starts etcd and kube-apiserver. Resolves when the API server is ready. */
export async function startKubernetes(options: KubernetesOptions = {}): Promise<Kubernetes> {
  await using servers = new AsyncDisposableStack();
  const authority = await createAuthority("DotMac tests");
  const etcdUrl = servers.use(await startEtcd()).url;
  const { connection, server } = await startApiServer(etcdUrl, authority, options);
  servers.use(server);
  if (options.controllers?.length)
    servers.use(await startControllers(connection.kubeconfigPath, options.controllers));
  const running = servers.move();
  return {
    ...connection,
    directory: server.directory,
    log: server.log,
    audit: () => readAuditEvents(join(server.directory, "audit.log")),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function startApiServer(etcdUrl: string, authority: Authority, options: KubernetesOptions) {
  const directory = await serverDirectory("kube-apiserver");
  const port = await freePort();
  const connection: KubernetesConnection = {
    url: `https://localhost:${port}`,
    ca: authority.certificate,
    adminToken: randomBytes(24).toString("base64url"),
    kubeconfigPath: join(directory, "admin.kubeconfig"),
  };
  await writeConfiguration(directory, connection, authority);
  const server = await startServer({
    name: "kube-apiserver",
    directory,
    command: [await cachedBinary("kube-apiserver"), ...apiServerFlags(directory, port, etcdUrl, options)],
    // A graceful end would wait for open watches.
    stopSignal: "KILL",
    startSeconds: 60,
    ready: () =>
      answersOk(`${connection.url}/readyz`, { ca: connection.ca, bearerToken: connection.adminToken }),
  });
  return { connection, server };
}

function apiServerFlags(
  directory: string,
  port: number,
  etcdUrl: string,
  options: KubernetesOptions,
): string[] {
  const flags = [
    `--etcd-servers=${etcdUrl}`,
    "--bind-address=127.0.0.1",
    "--advertise-address=127.0.0.1",
    // The loopback address above is not valid as an endpoint of the Service `kubernetes`, which no test uses.
    "--endpoint-reconciler-type=none",
    `--secure-port=${port}`,
    `--tls-cert-file=${directory}/tls.crt`,
    `--tls-private-key-file=${directory}/tls.key`,
    `--cert-dir=${directory}/generated`,
    `--token-auth-file=${directory}/tokens.csv`,
    "--authorization-mode=RBAC",
    "--allow-privileged",
    "--service-cluster-ip-range=10.96.0.0/16",
    "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
    `--service-account-signing-key-file=${directory}/service-account.key`,
    `--service-account-key-file=${directory}/service-account.key`,
    // Without its controller, no namespace has a default ServiceAccount, and no pod could be created.
    "--disable-admission-plugins=ServiceAccount",
  ];
  if (!options.audit) return flags;
  return [
    ...flags,
    `--audit-policy-file=${directory}/audit-policy.json`,
    `--audit-log-path=${directory}/audit.log`,
  ];
}

async function writeConfiguration(
  directory: string,
  connection: KubernetesConnection,
  authority: Authority,
): Promise<void> {
  const certificate = await certify(authority);
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  await writeFiles(directory, {
    "tls.crt": certificate.certificate,
    "tls.key": certificate.key,
    "service-account.key": privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    "tokens.csv": `${connection.adminToken},admin,admin,system:masters\n`,
    "audit-policy.json": JSON.stringify({
      apiVersion: "audit.k8s.io/v1",
      kind: "Policy",
      omitStages: ["RequestReceived"],
      rules: [{ level: "Metadata" }],
    }),
    "admin.kubeconfig": kubeconfig(connection),
  });
}

/** YAML is a superset of JSON. */
function kubeconfig({ url, ca, adminToken }: KubernetesConnection): string {
  const authorityData = Buffer.from(ca).toString("base64");
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "tests", cluster: { server: url, "certificate-authority-data": authorityData } }],
    users: [{ name: "admin", user: { token: adminToken } }],
    contexts: [{ name: "tests", context: { cluster: "tests", user: "admin" } }],
    "current-context": "tests",
  });
}
