import { join } from "node:path";
import { execa } from "execa";
import { binaryDirectory } from "../../../binaries/binary-directory.ts";
import type { BuiltImage } from "../../../images/image-spec.ts";
import { type Progress, silent } from "../../../machine/progress.ts";
import { until } from "../../../machine/until.ts";
import { paths } from "../state/layout.ts";

/** Runs a command of the cluster's containerd. */
export async function ctr(binaries: string, ...args: string[]): Promise<string> {
  const command = ["--address", paths.containerdSocket, "--namespace", "k8s.io", ...args];
  const { stdout } = await execa(join(binaries, "ctr"), command);
  return stdout.trim();
}

export async function waitForContainerd(binaries: string, alive: () => void): Promise<void> {
  await until("containerd to answer", async () => {
    alive();
    return ctr(binaries, "version");
  });
}

/** Imports the images that containerd lacks. */
export async function loadImages(images: readonly BuiltImage[], progress: Progress = silent): Promise<void> {
  const binaries = binaryDirectory("kubernetes");
  const present = new Set((await ctr(binaries, "images", "list", "--quiet")).split("\n"));
  const absent = images.filter((image) => !present.has(image.reference));
  for (const [done, image] of absent.entries()) {
    progress(`loading image ${done + 1} of ${absent.length}: ${image.reference}`);
    await ctr(binaries, "images", "import", image.archive);
  }
}

/** Removes every container and its sandbox, but no images. None of them may still run. */
export async function removeContainers(binaries: string): Promise<void> {
  for (const [kind, remove] of [
    ["tasks", ["delete", "--force"]],
    ["containers", ["delete"]],
    ["sandboxes", ["remove", "--force"]],
  ] as const) {
    const listed = await ctr(binaries, kind, "list", ...(kind === "sandboxes" ? [] : ["--quiet"]));
    const ids = listed.split("\n").map((line) => line.split(/\s/)[0] ?? "");
    await Promise.all(
      ids.filter(isId).map((id) => ctr(binaries, kind, ...remove, id).catch(() => undefined)), // it has already ended
    );
  }
}

function isId(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}
