import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { platformCa } from "../../authority/platform-ca.ts";
import { dockerBuild } from "../../images/docker-build.ts";
import type { ImageRecipe } from "../../images/image-spec.ts";
import type { ClusterProvider, RunningCluster } from "../../kubernetes/provider.ts";
import { directories } from "../../machine/directories.ts";
import type { Progress } from "../../machine/progress.ts";

/** The same minimum as in the charts' kubeVersion. */
const oldestMinor = 32;
// Beside the native cluster's folder, because that folder is removed with that cluster.
const state = join(directories().state, "../existing");

/**
 * The cluster of the current kubeconfig context. The harness neither creates nor deletes it. Images go to the registry
 * in DOTMAC_REGISTRY. The cluster's own Ingress controller or Gateway serves at `<address>:<port>` of DOTMAC_GATEWAY.
 */
export const existingProvider: ClusterProvider = {
  name: "existing",

  async obstacle() {
    for (const tool of ["kubectl", "helm"]) {
      const { failed } = await execa(tool, [tool === "helm" ? "version" : "help"], { reject: false });
      if (failed) return `"${tool}" is not on the PATH`;
    }
    const answer = await execa("kubectl", ["get", "--raw=/readyz", "--request-timeout=10s"], {
      reject: false,
    });
    if (answer.failed) return `the current kubeconfig context does not answer: ${answer.stderr.trim()}`;
    return versionObstacle((await execa("kubectl", ["get", "--raw=/version"])).stdout);
  },

  async prepare() {},

  async up() {
    return describe();
  },

  async find() {
    return (await existingProvider.obstacle()) === undefined ? describe() : undefined;
  },

  async down() {
    throw new Error(
      "With CLUSTER=existing the cluster is not taken down. Delete the tenants, then remove the charts with `helm uninstall`.",
    );
  },
};

/** The obstacle in the API server's version, or undefined. */
export function versionObstacle(answer: string): string | undefined {
  const { major, minor } = JSON.parse(answer) as { major: string; minor: string };
  // Some providers append a plus sign to the minor version.
  const isNewEnough = Number(major) > 1 || Number.parseInt(minor, 10) >= oldestMinor;
  return isNewEnough
    ? undefined
    : `the cluster of the current kubeconfig context runs Kubernetes ${major}.${minor}, and 1.${oldestMinor} or newer is needed: update it, or choose another context`;
}

async function describe(): Promise<RunningCluster> {
  await mkdir(state, { recursive: true });
  return {
    provider: "existing",
    kubeconfig: process.env.KUBECONFIG || join(homedir(), ".kube/config"),
    toolPaths: [],
    imageSource: "upstream",
    gateway: gatewayFrom(process.env.DOTMAC_GATEWAY),
    gatewayService: undefined,
    routesServices: false,
    auditLog: undefined,
    outside: undefined,
    platformCa: await platformCa(state),
    provideImage,
    async provideProgram(name) {
      throw new Error(`CLUSTER=existing pulls upstream images; ${name} is not built for it.`);
    },
  };
}

/** Builds on the Dockerfile's own base, so that a pushed image equals a released one. */
async function provideImage({ base: _, ...recipe }: ImageRecipe, progress: Progress): Promise<string> {
  const registry = process.env.DOTMAC_REGISTRY;
  if (!registry) {
    throw new Error(
      "CLUSTER=existing needs DOTMAC_REGISTRY: a registry, with path, that Docker may push to and the nodes pull from.",
    );
  }
  const reference = await dockerBuild(recipe, registry, progress);
  progress(`pushing ${reference}`);
  await execa("docker", ["push", reference]);
  return reference;
}

/** @throws an Error with the expected format. */
function gatewayFrom(text: string | undefined): { address: string; port: number } | undefined {
  if (!text) return undefined;
  const [, address, port] = /^([\d.]+):(\d+)$/.exec(text) ?? [];
  if (address === undefined) {
    throw new Error(`DOTMAC_GATEWAY=${text} should be an IPv4 address and a port, such as 192.0.2.10:443.`);
  }
  return { address, port: Number(port) };
}
