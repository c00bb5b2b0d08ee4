import { platformCa } from "../../authority/platform-ca.ts";
import { binaryDirectory } from "../../binaries/binary-directory.ts";
import { buildBinaries } from "../../binaries/build-binaries.ts";
import { clusterBuilds } from "../../binaries/builds.ts";
import { buildImage } from "../../images/build-image.ts";
import type { BuiltImage, ImageRecipe } from "../../images/image-spec.ts";
import { localBase } from "../../images/local-base.ts";
import type { ClusterProgram, ClusterProvider, RunningCluster } from "../../kubernetes/provider.ts";
import { withLock } from "../../machine/lock.ts";
import { isAlive } from "../../machine/process-identity.ts";
import type { Progress } from "../../machine/progress.ts";
import { apiGet } from "./components/api-get.ts";
import { clusterImages, programImage } from "./components/cluster-images.ts";
import { loadImages } from "./components/containers.ts";
import { podProcesses } from "./machine/cgroups.ts";
import { installPackages } from "./machine/debian-packages.ts";
import { requirePorts } from "./machine/taken-ports.ts";
import { isNodeReady, startCluster } from "./start.ts";
import { network, outside, paths } from "./state/layout.ts";
import { type ClusterState, readState } from "./state/state.ts";
import { stopCluster } from "./stop.ts";
import { clusterVersion } from "./version.ts";

/** Kubernetes as processes of this machine: for Linux without a container engine. */
export const nativeProvider: ClusterProvider = {
  name: "native",

  async obstacle() {
    if (process.platform !== "linux") return `it runs on Linux only; this is ${process.platform}`;
    if (process.getuid?.() !== 0) return "it needs root, for namespaces and mounts: use sudo -E";
    return undefined;
  },

  async prepare(progress) {
    await installPackages(progress);
    await buildBinaries(clusterBuilds, progress);
    await clusterImages(progress);
  },

  async up(progress) {
    return withLock(paths.lock, progress, async () => {
      const found = readState();
      if (found === undefined || !(await isUsable(found))) await create(found, progress);
      return describe();
    });
  },

  async find() {
    const found = readState();
    return found !== undefined && (await isHealthy(found)) ? describe() : undefined;
  },

  async down(progress) {
    await withLock(paths.lock, progress, async () => {
      const found = readState();
      if (found !== undefined) await stopCluster(found, progress);
    });
  },
};

async function create(found: ClusterState | undefined, progress: Progress): Promise<void> {
  if (found !== undefined) {
    progress(`stopping a cluster of ${found.checkout} that is broken or of another version`);
    await stopCluster(found, progress);
  }
  if (podProcesses().length > 0) {
    throw new Error("Pods of another kubelet run on this machine. Stop it first, or use CLUSTER=existing.");
  }
  await requirePorts();
  await startCluster(await clusterImages(progress), progress);
}

async function isUsable(state: ClusterState): Promise<boolean> {
  return state.version === clusterVersion() && (await isHealthy(state));
}

async function isHealthy(state: ClusterState): Promise<boolean> {
  if (!state.complete || !state.processes.every(isAlive)) return false;
  return apiGet("/readyz").then(
    async ({ status }) => status === 200 && (await isNodeReady()),
    () => false,
  );
}

async function describe(): Promise<RunningCluster> {
  return {
    provider: "native",
    kubeconfig: paths.kubeconfig,
    toolPaths: [binaryDirectory("kubernetes")],
    imageSource: "local",
    gateway: { address: network.gatewayAddress, port: 443 },
    gatewayService: { clusterIP: network.gatewayAddress },
    routesServices: true,
    auditLog: paths.auditLog,
    outside: { address: outside.address, httpPort: outside.httpPort },
    platformCa: await platformCa(paths.pki),
    provideImage,
    provideProgram,
  };
}

async function provideImage({ base, ...recipe }: ImageRecipe, progress: Progress): Promise<string> {
  return loaded(await buildImage({ ...recipe, base: await localBase(base, progress) }, progress), progress);
}

async function provideProgram(name: ClusterProgram, progress: Progress): Promise<string> {
  return loaded(await programImage(name, progress), progress);
}

async function loaded(image: BuiltImage, progress: Progress): Promise<string> {
  await loadImages([image], progress);
  return image.reference;
}
