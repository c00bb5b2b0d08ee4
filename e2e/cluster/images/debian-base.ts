import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { contentHash } from "../content-hash.ts";
import { directories } from "../directories.ts";
import { withLock } from "../lock.ts";
import { type Progress, silent } from "../progress.ts";
import type { BaseImage } from "./build-image.ts";
import { buildah, isInStore } from "./buildah.ts";
import { imageReference } from "./image-reference.ts";

const suite = "bookworm";
const always = [
  "base-files",
  "base-passwd",
  "ca-certificates",
  "libc6",
  "libgcc-s1",
  "libstdc++6",
  "netbase",
  "tzdata",
];

/** What a maintainer script of ca-certificates would have done. */
const joinCertificates =
  'mkdir -p "$1/etc/ssl/certs" && cat "$1"/usr/share/ca-certificates/mozilla/*.crt > "$1/etc/ssl/certs/ca-certificates.crt"';
const dropDocumentation =
  'rm -rf "$1"/usr/share/doc "$1"/usr/share/man "$1"/usr/share/info "$1"/usr/share/locale';

/**
 * A root file system with these Debian packages and what they depend on, extracted only: their maintainer scripts
 * do not run. There is no shell in it unless a package asked for brings one.
 * @throws an Error with the tool's words, for instance when a package does not exist.
 */
export async function debianBase(
  packages: readonly string[],
  progress: Progress = silent,
): Promise<BaseImage> {
  const wanted = [...new Set([...always, ...packages])].toSorted();
  const key = contentHash("/", [], suite, wanted, joinCertificates, dropDocumentation);
  const base = { reference: imageReference("debian", key) };
  const folder = join(directories().cache, "images");
  await mkdir(folder, { recursive: true });
  return withLock(join(folder, `debian-${key}.lock`), progress, async () => {
    if (await isInStore(base)) return base;
    progress(`extracting Debian packages${packages.length > 0 ? `: ${packages.join(", ")}` : ""}`);
    const archive = join(folder, `debian-${key}.tar`);
    try {
      await extract(wanted, archive);
      await commit(archive, base);
    } finally {
      await rm(archive, { force: true });
    }
    return base;
  });
}

async function extract(packages: readonly string[], archive: string): Promise<void> {
  const args = [
    "--quiet",
    "--variant=extract",
    `--include=${packages.join(",")}`,
    `--customize-hook=${joinCertificates}`,
    `--customize-hook=${dropDocumentation}`,
    suite,
    archive,
  ];
  const { failed, stderr } = await execa("mmdebstrap", args, { reject: false });
  if (failed) {
    const words = stderr.split("\n").filter((line) => line.startsWith("E:"));
    throw new Error(
      `mmdebstrap could not extract ${packages.join(", ")}:\n${words.join("\n") || stderr}\nCheck the names, and that this machine reaches a Debian mirror.`,
    );
  }
}

async function commit(archive: string, base: BaseImage): Promise<void> {
  const container = await buildah("from", "scratch");
  try {
    await buildah("add", "--quiet", container, archive, "/");
    await buildah("commit", "--quiet", "--timestamp=0", container, base.reference);
  } finally {
    await buildah("rm", container);
  }
}
