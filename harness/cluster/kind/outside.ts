import { join } from "node:path";
import { execa } from "execa";

/**
 * A separate network that represents the internet (TEST-NET-3, RFC 5737). Only the node is also in it. It is as
 * small as possible, because a machine may use the rest of the range for its own hosts.
 */
export const outside = {
  name: "dotmac-outside",
  range: "203.0.113.8/29",
  address: "203.0.113.10",
  nodeAddress: "203.0.113.11",
  httpPort: 80,
} as const;

/**
 * Starts the listener, from an image that has Node.js, and connects the node to it. Changes nothing if both are
 * done.
 */
export async function ensureOutside(node: string, image: string): Promise<void> {
  if ((await isListening(image)) && (await isConnected(node))) return;
  await removeOutside(node);
  const script = join(import.meta.dirname, "../../kubernetes/outside-listener.ts");
  await execa("docker", ["network", "create", `--subnet=${outside.range}`, outside.name]);
  await execa("docker", ["network", "connect", `--ip=${outside.nodeAddress}`, outside.name, node]);
  await execa("docker", [
    ...["run", "--detach", "--restart=unless-stopped", `--name=${outside.name}`],
    ...[`--network=${outside.name}`, `--ip=${outside.address}`, `--volume=${script}:/outside-listener.ts:ro`],
    ...[image, "node", "/outside-listener.ts", outside.address, String(outside.httpPort)],
  ]);
}

/** Removes the listener and its network, if they exist. */
export async function removeOutside(node: string): Promise<void> {
  await execa("docker", ["rm", "--force", outside.name], { reject: false });
  await execa("docker", ["network", "disconnect", "--force", outside.name, node], { reject: false });
  await execa("docker", ["network", "rm", outside.name], { reject: false });
}

async function isListening(image: string): Promise<boolean> {
  return (await inspect(outside.name, "{{.State.Running}} {{.Config.Image}}")) === `true ${image}`;
}

async function isConnected(node: string): Promise<boolean> {
  const networks = await inspect(node, "{{json .NetworkSettings.Networks}}");
  return networks !== undefined && Object.hasOwn(JSON.parse(networks), outside.name);
}

/** Undefined if there is no such container. */
async function inspect(container: string, format: string): Promise<string | undefined> {
  const { failed, stdout } = await execa("docker", ["inspect", `--format=${format}`, container], {
    reject: false,
  });
  return failed ? undefined : stdout;
}
