import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { stringify } from "yaml";
import { platformCa } from "../../authority/platform-ca.ts";
import { moduleDirectory } from "../../binaries/builds.ts";
import { dockerBuild } from "../../images/docker-build.ts";
import { engineBase } from "../../images/engine-base.ts";
import { imageRepository } from "../../images/image-reference.ts";
import type { ImageRecipe } from "../../images/image-spec.ts";
import { auditPolicy } from "../../kubernetes/audit-policy.ts";
import { manifest } from "../../kubernetes/manifest.ts";
import type { ClusterProgram, ClusterProvider, RunningCluster } from "../../kubernetes/provider.ts";
import { directories } from "../../machine/directories.ts";
import type { Progress } from "../../machine/progress.ts";
import { createOutside, outside, removeOutside } from "./outside.ts";

const clusterName = "dotmac";
const gatewayPort = 8443;
const state = join(directories().state, "kind");
const kubeconfig = join(state, "kubeconfig");

/** Kubernetes in a container: for machines with Docker or alike. KIND_NODE_IMAGE overrides the node's image. */
export const kindProvider: ClusterProvider = {
  name: "kind",

  async obstacle() {
    if (!(await succeeds("docker", "info"))) return "no container engine answers to `docker info`";
    for (const tool of ["kind", "kubectl", "helm"]) {
      if (!(await succeeds(tool, tool === "helm" || tool === "kind" ? "version" : "help"))) {
        return `"${tool}" is not on the PATH; install it from ${toolPages[tool]}`;
      }
    }
    const image = nodeImage();
    const isThere =
      (await succeeds("docker", "image", "inspect", image)) || (await succeeds("docker", "pull", image));
    return isThere ? undefined : `its node image ${image} cannot be pulled; KIND_NODE_IMAGE can name another`;
  },

  async prepare() {},

  async up(progress) {
    if (!(await isRunning())) await create(progress);
    return describe();
  },

  async find() {
    return (await isRunning()) ? describe() : undefined;
  },

  async down(progress) {
    progress("deleting the node's container");
    await execa("kind", ["delete", "cluster", `--name=${clusterName}`, `--kubeconfig=${kubeconfig}`]);
    await removeOutside();
    await rm(state, { recursive: true, force: true });
  },
};

const toolPages: Readonly<Record<string, string>> = {
  kind: "https://kind.sigs.k8s.io",
  kubectl: "https://kubernetes.io/docs/tasks/tools",
  helm: "https://helm.sh/docs/intro/install",
};

function nodeImage(): string {
  return process.env.KIND_NODE_IMAGE || "kindest/node:v1.37.2";
}

async function succeeds(command: string, ...args: string[]): Promise<boolean> {
  return !(await execa(command, args, { reject: false, timeout: 180_000 })).failed;
}

async function isRunning(): Promise<boolean> {
  const { stdout, failed } = await execa("kind", ["get", "clusters"], { reject: false });
  if (failed || !stdout.split("\n").includes(clusterName)) return false;
  return succeeds("kubectl", `--kubeconfig=${kubeconfig}`, "get", "--raw=/readyz");
}

async function create(progress: Progress): Promise<void> {
  progress("starting the node's container, about 40 s");
  await mkdir(join(state, "logs"), { recursive: true });
  await mkdir(join(state, "audit-policy"), { recursive: true });
  await writeFile(join(state, "audit-policy/policy.yaml"), stringify(auditPolicy));
  const config = join(state, "cluster.yaml");
  await writeFile(config, await clusterConfig());
  await execa("kind", ["delete", "cluster", `--name=${clusterName}`], { reject: false }); // a broken one
  await execa("kind", [
    "create",
    "cluster",
    `--config=${config}`,
    `--kubeconfig=${kubeconfig}`,
    "--wait=180s",
  ]);
  await createOutside(`${clusterName}-control-plane`);
}

/** What `kind create cluster` is given. */
export function clusterConfig(): Promise<string> {
  const values = { STATE: state, NODE_IMAGE: nodeImage(), GATEWAY_PORT: String(gatewayPort) };
  return manifest("manifests/kind-cluster.yaml", values);
}

async function describe(): Promise<RunningCluster> {
  return {
    provider: "kind",
    kubeconfig,
    toolPaths: [],
    imageSource: "local",
    gateway: { address: "127.0.0.1", port: gatewayPort },
    gatewayService: { nodePort: 30443 },
    auditLog: join(state, "logs/audit.log"),
    outside: { address: outside.address, httpPort: outside.httpPort },
    platformCa: await platformCa(state),
    async loadImages(images) {
      for (const { archive } of images) {
        await execa("kind", ["load", "image-archive", `--name=${clusterName}`, archive]);
      }
    },
    provideImage,
    provideProgram,
  };
}

async function provideImage({ base, ...recipe }: ImageRecipe, progress: Progress): Promise<string> {
  const built = { ...recipe, base: await engineBase(base, imageRepository, progress) };
  return loaded(await dockerBuild(built, imageRepository, progress), progress);
}

const packages: Readonly<Record<ClusterProgram, string>> = {
  gateway: "./cmd/gateway",
  vault: "github.com/hashicorp/vault",
};

/** Compiled in a container: Go need not be here. */
async function provideProgram(name: ClusterProgram, progress: Progress): Promise<string> {
  const recipe = {
    name,
    context: fileURLToPath(new URL("../../images/go", import.meta.url)),
    extra: { module: moduleDirectory(name) },
    args: { NAME: name, PACKAGE: packages[name] },
  };
  return loaded(await dockerBuild(recipe, imageRepository, progress), progress);
}

async function loaded(reference: string, progress: Progress): Promise<string> {
  progress(`loading ${reference}`);
  await execa("kind", ["load", "docker-image", `--name=${clusterName}`, reference]);
  return reference;
}
