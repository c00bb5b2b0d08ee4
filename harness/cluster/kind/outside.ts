import { join } from "node:path";
import { execa } from "execa";

/** A network of its own that stands for the internet (TEST-NET-3, RFC 5737); the node is its only other member. */
export const outside = {
  name: "dotmac-outside",
  range: "203.0.113.0/24",
  address: "203.0.113.10",
  httpPort: 80,
  image: "docker.io/library/node:24-slim",
} as const;

export async function createOutside(node: string): Promise<void> {
  await removeOutside();
  const script = join(import.meta.dirname, "../../kubernetes/outside-listener.ts");
  await execa("docker", ["network", "create", `--subnet=${outside.range}`, outside.name]);
  await execa("docker", ["network", "connect", outside.name, node]);
  await execa("docker", [
    ...["run", "--detach", "--restart=unless-stopped", `--name=${outside.name}`],
    ...[`--network=${outside.name}`, `--ip=${outside.address}`, `--volume=${script}:/outside-listener.ts:ro`],
    ...[outside.image, "node", "/outside-listener.ts", outside.address, String(outside.httpPort)],
  ]);
}

export async function removeOutside(): Promise<void> {
  await execa("docker", ["rm", "--force", outside.name], { reject: false });
  await execa("docker", ["network", "disconnect", "--force", outside.name, "dotmac-control-plane"], {
    reject: false,
  });
  await execa("docker", ["network", "rm", outside.name], { reject: false });
}
