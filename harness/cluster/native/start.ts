import { join } from "node:path";
import { binaryDirectory } from "../../binaries/binary-directory.ts";
import { checkout } from "../../machine/directories.ts";
import { isAlive } from "../../machine/process-identity.ts";
import type { Progress } from "../../machine/progress.ts";
import { Hopeless, until } from "../../machine/until.ts";
import { removeAbandonedNetwork } from "./abandoned.ts";
import { installAddons, waitForAddons } from "./components/addons.ts";
import { apiGet } from "./components/api-get.ts";
import type { ClusterImages } from "./components/cluster-images.ts";
import * as components from "./components/components.ts";
import { writeConfiguration } from "./components/configuration.ts";
import { loadImages, waitForContainerd } from "./components/containers.ts";
import { createCredentials } from "./components/credentials.ts";
import { type Daemon, lastWords, startDaemon } from "./machine/daemon.ts";
import { machineBefore, mountRoots, prepareMachine } from "./machine/machine.ts";
import { nodeName, outside } from "./state/layout.ts";
import { type Ledger, openLedger } from "./state/ledger.ts";
import { clusterVersion } from "./version.ts";

/** Starts a cluster where none runs. The state file records every started part, even when a later one fails. */
export async function startCluster(images: ClusterImages, progress: Progress): Promise<void> {
  const binaries = binaryDirectory("kubernetes");
  await removeAbandonedNetwork();
  const ledger = openLedger(await emptyState(binaries));
  progress("preparing addresses and certificates");
  const [credentials] = await Promise.all([createCredentials(), prepareMachine(ledger)]);
  await writeConfiguration(credentials, images.pause.reference);

  progress("starting etcd, the API server and containerd, about 9 s");
  await run(ledger, outsideListener());
  await run(ledger, components.containerd(binaries));
  await run(ledger, components.etcd(binaries));
  await run(ledger, components.apiServer(binaries, credentials));
  await Promise.all([
    waitForContainerd(binaries, stillRuns(ledger, "containerd")).then(() =>
      loadImages(Object.values(images)),
    ),
    waitForApiServer(ledger),
  ]);

  progress("starting the node, about 3 s");
  await run(ledger, components.controllerManager(binaries, credentials));
  await run(ledger, components.scheduler(binaries, credentials));
  await run(ledger, components.kubelet(binaries, credentials));
  await run(ledger, components.kubeProxy(binaries));
  await installAddons(images);
  await waitForNode(ledger);
  progress("waiting for DNS and the policy engine, about 3 s");
  await waitForAddons();
  ledger.record((state) => {
    state.complete = true;
  });
}

async function emptyState(binaries: string) {
  return {
    format: 1 as const,
    version: clusterVersion(),
    checkout,
    createdAt: new Date().toISOString(),
    complete: false,
    binaries,
    processes: [],
    before: await machineBefore(),
    addresses: [],
    interfaces: [],
    networkNamespaces: [],
    iptablesRules: [],
    nftablesTables: [],
    mountRoots: [...mountRoots],
  };
}

async function run(ledger: Ledger, daemon: Daemon): Promise<void> {
  const started = await startDaemon(daemon);
  ledger.record((state) => state.processes.push(started));
}

function outsideListener(): Daemon {
  return {
    name: "outside-listener",
    command: "ip",
    args: [
      ...["netns", "exec", outside.namespace, process.execPath],
      ...[
        join(import.meta.dirname, "../../kubernetes/outside-listener.ts"),
        outside.address,
        String(outside.httpPort),
      ],
    ],
  };
}

/** Throws at once, with the end of its log, if a component has ended, because every wait would fail. */
function stillRuns(ledger: Ledger, ...names: string[]): () => void {
  return () => {
    for (const recorded of ledger.state.processes) {
      if (names.includes(recorded.name) && !isAlive(recorded)) {
        throw new Hopeless(`${recorded.name} ended. ${lastWords(recorded.name)}`);
      }
    }
  };
}

async function waitForApiServer(ledger: Ledger): Promise<void> {
  const check = stillRuns(ledger, "etcd", "kube-apiserver");
  await until("the API server to be ready", async () => {
    check();
    return (await apiGet("/readyz")).status === 200 ? true : undefined;
  });
}

async function waitForNode(ledger: Ledger): Promise<void> {
  const check = stillRuns(ledger, "kubelet", "kube-proxy", "kube-controller-manager", "kube-scheduler");
  await until("the node to be ready", async () => {
    check();
    return (await isNodeReady()) ? true : undefined;
  });
}

export async function isNodeReady(): Promise<boolean> {
  const { status, body } = await apiGet(`/api/v1/nodes/${nodeName}`);
  if (status !== 200) return false;
  const node = JSON.parse(body) as { status?: { conditions?: { type: string; status: string }[] } };
  return (node.status?.conditions ?? []).some(({ type, status }) => type === "Ready" && status === "True");
}
