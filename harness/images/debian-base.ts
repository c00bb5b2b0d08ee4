import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { contentHash } from "../machine/content-hash.ts";
import { directories } from "../machine/directories.ts";
import { withLock } from "../machine/lock.ts";
import { type Progress, silent } from "../machine/progress.ts";
import { buildah, isInStore } from "./buildah.ts";
import { imageReference } from "./image-reference.ts";
import type { BaseImage } from "./image-spec.ts";

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

/**
 * Records the extracted packages in the format that scanners of distroless images read: one file with the fields of
 * each package, including its version (https://github.com/GoogleContainerTools/distroless#package-metadata).
 */
const recordPackages = `mkdir -p "$1/var/lib/dpkg/status.d" && for deb in "$1"/var/cache/apt/archives/*.deb; do
  dpkg-deb --field "$deb" > "$1/var/lib/dpkg/status.d/$(dpkg-deb --field "$deb" Package)" || exit 1
done`;
/** Replaces the maintainer script of ca-certificates. */
const joinCertificates =
  'mkdir -p "$1/etc/ssl/certs" && cat "$1"/usr/share/ca-certificates/mozilla/*.crt > "$1/etc/ssl/certs/ca-certificates.crt"';
/** Licences stay, because they must accompany their programs. */
const dropDocumentation = `rm -rf "$1/usr/share/man" "$1/usr/share/info" "$1/usr/share/locale" &&
  find "$1/usr/share/doc" -type f ! -name copyright -delete`;

/** Hooks of mmdebstrap's variant extract, which runs no later hooks. */
const hooks = [recordPackages, joinCertificates, dropDocumentation];

/**
 * A root file system with these Debian packages and their dependencies, only extracted: their maintainer scripts do not
 * run. It has no shell unless one of the packages brings one. The versions are the mirror's newest at the time of the
 * extraction, and are part of the base's name, so other versions make other images.
 * @throws an Error with the tool's output, for instance when a package does not exist.
 */
export async function debianBase(
  packages: readonly string[],
  progress: Progress = silent,
): Promise<BaseImage> {
  const wanted = [...new Set([...always, ...packages])].toSorted();
  const key = contentHash("/", [], suite, wanted, hooks);
  const folder = join(directories().cache, "images");
  await mkdir(folder, { recursive: true });
  return withLock(join(folder, `debian-${key}.lock`), progress, async () => {
    const known = await recordedVersions(key);
    if (known !== undefined && (await isInStore(baseOf(key, known)))) return baseOf(key, known);
    progress(`extracting Debian packages${packages.length > 0 ? `: ${packages.join(", ")}` : ""}`);
    const archive = join(folder, `debian-${key}.tar`);
    try {
      await extract(wanted, archive);
      const versions = await versionsIn(archive);
      const base = baseOf(key, versions);
      await commit(archive, base);
      await recordVersions(key, versions);
      return base;
    } finally {
      await rm(archive, { force: true });
    }
  });
}

function baseOf(key: string, versions: readonly string[]): BaseImage {
  return { reference: imageReference("debian", contentHash("/", [], key, versions)) };
}

/** The packages of the last base with this key, as `name=version`; undefined if none was made here. */
async function recordedVersions(key: string): Promise<string[] | undefined> {
  const text = await readFile(recordOf(key), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  return text?.split("\n").filter(Boolean);
}

async function recordVersions(key: string, versions: readonly string[]): Promise<void> {
  await mkdir(dirname(recordOf(key)), { recursive: true });
  await writeFile(recordOf(key), `${versions.join("\n")}\n`);
}

function recordOf(key: string): string {
  return join(directories().cache, "packages", `debian-${key}`);
}

/** The packages recorded in an extracted root file system, as `name=version`, in order. */
async function versionsIn(archive: string): Promise<string[]> {
  const command = [
    "--extract",
    "--to-stdout",
    `--file=${archive}`,
    "--wildcards",
    "./var/lib/dpkg/status.d/*",
  ];
  const { stdout } = await execa("tar", command);
  return parseVersions(stdout);
}

/** Parses the fields of packages, one package after the other (deb-control(5)). */
export function parseVersions(fields: string): string[] {
  const names = [...fields.matchAll(/^Package: (.+)$/gm)].map(([, name]) => name);
  const versions = [...fields.matchAll(/^Version: (.+)$/gm)].map(([, version]) => version);
  if (names.length === 0 || names.length !== versions.length) {
    throw new Error(
      `Expected a version of each extracted Debian package, found ${names.length} names and ${versions.length} versions.`,
    );
  }
  return names.map((name, index) => `${name}=${versions[index]}`).toSorted();
}

async function extract(packages: readonly string[], archive: string): Promise<void> {
  const args = [
    "--quiet",
    "--variant=extract",
    `--include=${packages.join(",")}`,
    ...hooks.map((hook) => `--extract-hook=${hook}`),
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
