import { execa } from "execa";

/**
 * The image of a node: the default of kind 0.33.0, from its pkg/apis/config/defaults/image.go. KIND_NODE_IMAGE
 * overrides it.
 */
export function nodeImage(): string {
  return (
    process.env.KIND_NODE_IMAGE ||
    "kindest/node:v1.37.0@sha256:a1ed56cfb0e7b93589bdf97c8cd566405a265939e3620fc4f5de89adff580ae5"
  );
}

/** The version of kind that matches the node's image. */
const needed = { major: 0, minor: 33 };

/** The reason why kind cannot be used here, with what to do; undefined if it can. */
export async function kindObstacle(): Promise<string | undefined> {
  if (process.platform !== "linux") {
    return `the images get this machine's Node.js, so it has to run Linux; this is ${process.platform}`;
  }
  if (!(await succeeds("docker", ["info"]))) return "no container engine answers to `docker info`";
  // Docker's command of version 23 or later includes no builder.
  if (!(await succeeds("docker", ["build", "--help"], { DOCKER_BUILDKIT: "1" }))) {
    return "`docker build` has no BuildKit: install the plugin buildx (https://docs.docker.com/go/buildx), Debian's package docker-buildx";
  }
  return (await toolObstacle()) ?? (await imageObstacle());
}

async function toolObstacle(): Promise<string | undefined> {
  for (const [tool, [subcommand, page]] of Object.entries(tools)) {
    const { failed, stdout } = await execa(tool, [subcommand], { reject: false });
    if (failed) return `"${tool}" is not on the PATH; install it from ${page}`;
    const obstacle = tool === "kind" ? kindVersionObstacle(stdout) : undefined;
    if (obstacle !== undefined) return obstacle;
  }
  return undefined;
}

/** The command that shows that a tool works, and the page with its installation. */
const tools = {
  kind: ["version", "https://kind.sigs.k8s.io"],
  kubectl: ["help", "https://kubernetes.io/docs/tasks/tools"],
  helm: ["version", "https://helm.sh/docs/intro/install"],
} as const;

/** The reason why this kind cannot be used, from its answer to `kind version`; undefined if it can. */
export function kindVersionObstacle(answer: string): string | undefined {
  const [, major, minor] = /\bv(\d+)\.(\d+)\./.exec(answer) ?? [];
  const isNewEnough =
    Number(major) > needed.major || (Number(major) === needed.major && Number(minor) >= needed.minor);
  return isNewEnough
    ? undefined
    : `kind ${needed.major}.${needed.minor} or later is needed, and \`kind version\` says "${answer.trim()}"; install it from ${tools.kind[1]}`;
}

async function imageObstacle(): Promise<string | undefined> {
  const image = nodeImage();
  const isThere =
    (await succeeds("docker", ["image", "inspect", image])) || (await succeeds("docker", ["pull", image]));
  return isThere ? undefined : `its node image ${image} cannot be pulled; KIND_NODE_IMAGE can name another`;
}

async function succeeds(command: string, args: readonly string[], env = {}): Promise<boolean> {
  return !(await execa(command, args, { reject: false, timeout: 600_000, env })).failed;
}
