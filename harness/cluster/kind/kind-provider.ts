import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ExecaError, execa } from "execa";
import { stringify } from "yaml";
import { platformCa } from "../../authority/platform-ca.ts";
import { dockerBuild } from "../../images/docker-build.ts";
import { engineBase } from "../../images/engine-base.ts";
import { imageRepository } from "../../images/image-reference.ts";
import type { ImageRecipe } from "../../images/image-spec.ts";
import { applyObjects } from "../../kubernetes/apply-objects.ts";
import { auditPolicy } from "../../kubernetes/audit-policy.ts";
import { clusterKubectl } from "../../kubernetes/kubectl.ts";
import { manifest } from "../../kubernetes/manifest.ts";
import type { ClusterProgram, ClusterProvider, RunningCluster } from "../../kubernetes/provider.ts";
import { directories } from "../../machine/directories.ts";
import type { Progress } from "../../machine/progress.ts";
import { isFree } from "../native/machine/taken-ports.ts";
import { kindObstacle, nodeImage } from "./obstacle.ts";
import { ensureOutside, outside, removeOutside } from "./outside.ts";
import { programRecipe } from "./program-recipe.ts";
import { wordsOfKind } from "./words-of-kind.ts";

const clusterName = "dotmac";
const node = `${clusterName}-control-plane`;
const loopback = "127.0.0.1";
const usualGatewayPort = 8443;
const gatewayNodePort = 30443;
// Beside the native cluster's folder, because that folder is removed with that cluster.
const state = join(directories().state, "../kind");
const kubeconfig = join(state, "kubeconfig");
const kubectl = clusterKubectl({ kubeconfig, toolPaths: [] });

/**
 * Kubernetes in a container: for machines with Docker or a compatible engine. KIND_NODE_IMAGE overrides the node's
 * image.
 */
export const kindProvider: ClusterProvider = {
  name: "kind",
  obstacle: kindObstacle,

  async prepare() {},

  async up(progress) {
    if (!(await isRunning())) await create(progress);
    const { reference } = await engineBase("node", imageRepository, progress);
    await ensureOutside(node, reference);
    return describe();
  },

  async find() {
    return (await isRunning()) ? describe() : undefined;
  },

  async down(progress) {
    progress("deleting the node's container");
    await execa("kind", ["delete", "cluster", `--name=${clusterName}`, `--kubeconfig=${kubeconfig}`]);
    await removeOutside(node);
    await rm(state, { recursive: true, force: true });
  },
};

async function isRunning(): Promise<boolean> {
  const { stdout, failed } = await execa("kind", ["get", "clusters"], { reject: false });
  if (failed || !stdout.split("\n").includes(clusterName)) return false;
  return kubectl(["get", "--raw=/readyz"]).then(
    () => true,
    () => false,
  );
}

async function create(progress: Progress): Promise<void> {
  progress("starting the node's container, about 40 s");
  await execa("kind", ["delete", "cluster", `--name=${clusterName}`], { reject: false }); // a broken one
  await mkdir(join(state, "logs"), { recursive: true });
  await mkdir(join(state, "audit-policy"), { recursive: true });
  await writeFile(join(state, "audit-policy/policy.yaml"), stringify(auditPolicy));
  const config = join(state, "cluster.yaml");
  const port = (await isFree(usualGatewayPort, loopback)) ? usualGatewayPort : 0;
  await writeFile(config, await clusterConfig(port));
  const options = [`--config=${config}`, `--kubeconfig=${kubeconfig}`, "--wait=180s"];
  await execa("kind", ["create", "cluster", ...options]).catch((cause: ExecaError) => {
    throw new Error(`kind could not create the cluster:\n${wordsOfKind(String(cause.stderr))}`, { cause });
  });
  await configureDns();
}

/** The configuration file for `kind create cluster`. Port 0 becomes a free port. */
export function clusterConfig(gatewayPort: number): Promise<string> {
  return manifest("manifests/kind-cluster.yaml", {
    STATE: state,
    NODE_IMAGE: nodeImage(),
    GATEWAY_ADDRESS: loopback,
    GATEWAY_PORT: String(gatewayPort),
    GATEWAY_NODE_PORT: String(gatewayNodePort),
  });
}

/** kubeadm's own configuration tells every pod the names of other namespaces' Services. */
async function configureDns(): Promise<void> {
  await applyObjects(kubectl, [await manifest("manifests/coredns-config.yaml")]);
  const inSystem = ["--namespace=kube-system", "rollout"];
  await kubectl([...inSystem, "restart", "deployment/coredns"]);
  await kubectl([...inSystem, "status", "--timeout=120s", "deployment/coredns"]);
}

async function describe(): Promise<RunningCluster> {
  return {
    provider: "kind",
    kubeconfig,
    toolPaths: [],
    imageSource: "local",
    gateway: { address: loopback, port: await gatewayPort() },
    gatewayService: { nodePort: gatewayNodePort },
    routesServices: false,
    auditLog: join(state, "logs/audit.log"),
    outside: { address: outside.address, httpPort: outside.httpPort },
    platformCa: await platformCa(state),
    provideImage,
    provideProgram,
  };
}

async function gatewayPort(): Promise<number> {
  const { stdout } = await execa("docker", ["port", node, `${gatewayNodePort}/tcp`]);
  return Number(stdout.slice(stdout.lastIndexOf(":") + 1));
}

async function provideImage({ base, ...recipe }: ImageRecipe, progress: Progress): Promise<string> {
  const built = { ...recipe, base: await engineBase(base, imageRepository, progress) };
  const reference = await dockerBuild(built, imageRepository, progress);
  if (await isOnNode(reference)) return reference;
  progress(`loading ${reference}`);
  await execa("kind", ["load", "docker-image", `--name=${clusterName}`, reference]);
  return reference;
}

/** A reference contains a hash of the image's inputs, so kind need not compare the contents. */
async function isOnNode(reference: string): Promise<boolean> {
  const list = ["ctr", "--namespace=k8s.io", "images", "list", "--quiet", `name==${reference}`];
  const { stdout } = await execa("docker", ["exec", node, ...list]);
  return stdout.trim() === reference;
}

/** Compiles in a container, so that this machine needs no Go. */
function provideProgram(name: ClusterProgram, progress: Progress): Promise<string> {
  return provideImage(programRecipe(name), progress);
}
