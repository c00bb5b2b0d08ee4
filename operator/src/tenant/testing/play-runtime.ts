import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:https";
import type { CredentialsReport } from "../../../../contract/health-report.ts";
import type { Workload } from "../../../../contract/labels.ts";
import { passwordDigest } from "../../../../contract/password-digest.ts";
import { managementPort } from "../../../../contract/runtime-ports.ts";
import { secretFiles } from "../../../../contract/secret-files.ts";
import { kinds, type Secret } from "../../kubernetes/objects/kinds.ts";
import { namesOf } from "../model/blueprint.ts";
import { liveTenant } from "./play-cluster.ts";
import type { TestPlatform } from "./test-platform.ts";

const manager = { fieldManager: "test" };

/** A pod at the API server, with a runtime's management port at its address. */
export interface PlayedPod extends AsyncDisposable {
  readonly name: string;
  /** Acts as a runtime after the kubelet has updated its files from the Secret. */
  follow(): Promise<void>;
  /** Sets the answer of `/health`; undefined for a runtime that does not answer at all. */
  answer(body: object | undefined): void;
  /** Sets the pod's status as the kubelet would. */
  become(status: object): Promise<void>;
}

/** Starts a pod of a running tenant's Deployment, with the certificate and the credentials of its Secrets. */
export async function playPod(
  platform: TestPlatform,
  tenant: string,
  name: string,
  of: Workload = "runtime",
): Promise<PlayedPod> {
  const { namespace } = namesOf(await liveTenant(platform, tenant));
  const { client } = platform.cluster;
  const secret = (wanted: string) => client.get(kinds.secret, { namespace, name: wanted });
  const certificate = texts(await secret("runtime-tls"));
  let body: object | undefined;
  const server = createServer(
    { cert: certificate["tls.crt"], key: certificate["tls.key"] },
    (_, response) => {
      if (body === undefined) response.destroy();
      else response.end(JSON.stringify(body));
    },
  );
  const ip = await listen(server);
  const become = (status: object) =>
    client.merge(kinds.pod, { namespace, name }, { status }, { ...manager, subresource: "status" });
  const follow = async () => {
    body = { status: "healthy", credentials: readBy(texts(await secret("runtime"))) };
  };
  await createPod(platform, namespace, name, of);
  await become({ phase: "Running", podIP: ip, podIPs: [{ ip }] });
  await follow();
  return {
    name,
    follow,
    answer(next) {
      body = next;
    },
    become: async (status) => void (await become(status)),
    [Symbol.asyncDispose]: async () => void server.close(),
  };
}

/** The credentials of a runtime that has read these files. */
function readBy(files: Readonly<Record<string, string>>): CredentialsReport {
  const json = (name: string) => JSON.parse(files[name] ?? "");
  const added = Object.keys(files).filter((name) => !(name in secretFiles));
  return {
    ...Object.fromEntries(
      added.map((name) => [name.replace(".json", ""), [passwordDigest(json(name).password)]]),
    ),
    database: [json("database.json").user],
    redis: [passwordDigest(json("redis.json").password)],
    auth: json("auth.json").keys.map(({ kid }: { kid: string }) => kid),
  };
}

/** Listens on the port of all runtimes, on an unused loopback address. */
async function listen(server: ReturnType<typeof createServer>): Promise<string> {
  const ip = `127.${randomInt(64, 128)}.${randomInt(256)}.${randomInt(1, 255)}`;
  server.listen(managementPort, ip);
  await once(server, "listening");
  return ip;
}

async function createPod(
  { cluster }: TestPlatform,
  namespace: string,
  name: string,
  of: Workload,
): Promise<void> {
  const deployment = await cluster.client.get(kinds.deployment, { namespace, name: of });
  const { metadata, spec } = deployment.spec?.template ?? {};
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace, name, labels: metadata?.labels ?? {} },
    // Without a kubelet, no process would end the grace period.
    spec: { ...spec, nodeName: "node", terminationGracePeriodSeconds: 0 },
  };
  await cluster.client.create(kinds.pod, pod as never, manager);
}

function texts({ data }: Secret): Record<string, string> {
  const pairs = Object.entries(data ?? {});
  return Object.fromEntries(pairs.map(([key, value]) => [key, Buffer.from(value, "base64").toString()]));
}
