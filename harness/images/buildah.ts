import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { execa } from "execa";
import { directories } from "../machine/directories.ts";

/**
 * Runs buildah with the harness's own store, so that it neither reads nor fills the machine's. Isolation is chroot,
 * so that a build needs no container runtime.
 * @throws ExecaError with buildah's output.
 */
export async function buildah(...args: string[]): Promise<string> {
  const folder = join(directories().cache, "buildah");
  const storage = join(folder, "storage.conf");
  await mkdir(folder, { recursive: true });
  await writeFile(storage, storageConfiguration(folder));
  const { stdout } = await execa("buildah", args, {
    env: { BUILDAH_ISOLATION: "chroot", CONTAINERS_STORAGE_CONF: storage },
  });
  return stdout.trim();
}

/** Whether the store has this base image. The call counts as a use. */
export async function isInStore({ reference }: { reference: string }): Promise<boolean> {
  // The store records no time of use, so an empty file with the image's name records it.
  const mark = join(directories().cache, "bases", basename(reference).replace(":", "-"));
  await mkdir(dirname(mark), { recursive: true });
  await writeFile(mark, "");
  return exists(reference);
}

/** Removes the image from the store, if it is there. */
export async function removeFromStore(reference: string): Promise<void> {
  if (await exists(reference)) await buildah("rmi", reference);
}

function exists(reference: string): Promise<boolean> {
  return buildah("inspect", "--type=image", reference).then(
    () => true,
    () => false,
  );
}

/** skip_mount_home: without it, each use leaves the store mounted onto itself. */
function storageConfiguration(folder: string): string {
  return `[storage]
driver = "overlay"
graphroot = "${folder}/storage"
runroot = "${folder}/run"

[storage.options.overlay]
skip_mount_home = "true"
`;
}
