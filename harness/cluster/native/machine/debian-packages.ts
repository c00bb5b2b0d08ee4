import { existsSync } from "node:fs";
import { execa } from "execa";
import type { Progress } from "../../../machine/progress.ts";

/** The Debian packages of the native cluster, and for each a file that shows its presence on any distribution. */
export const neededPackages: Readonly<Record<string, string>> = {
  buildah: "/usr/bin/buildah",
  conntrack: "/usr/sbin/conntrack",
  "containernetworking-plugins": "/usr/lib/cni/ptp",
  "debian-archive-keyring": "/usr/share/keyrings/debian-archive-keyring.gpg",
  gcc: "/usr/bin/gcc",
  gpg: "/usr/bin/gpg",
  iproute2: "/usr/sbin/ip",
  iptables: "/usr/sbin/iptables",
  "libc6-dev": "/usr/include/stdlib.h",
  "libseccomp-dev": "/usr/include/seccomp.h",
  mmdebstrap: "/usr/bin/mmdebstrap",
  nftables: "/usr/sbin/nft",
  "pkg-config": "/usr/bin/pkg-config",
  "util-linux": "/usr/bin/nsenter",
};

/** The missing packages, detected by their files without a package database. */
export function missingPackages(exists: (path: string) => boolean = existsSync): string[] {
  return Object.entries(neededPackages)
    .filter(([, file]) => !exists(file) && !exists(file.replace(/^\/usr/, "")))
    .map(([name]) => name);
}

/**
 * Installs the missing packages with apt-get.
 * @throws an Error with the names of the packages if that is not possible.
 */
export async function installPackages(progress: Progress): Promise<void> {
  const missing = missingPackages();
  if (missing.length === 0) return;
  const command = `apt-get install -y --no-install-recommends ${missing.join(" ")}`;
  if (!existsSync("/usr/bin/apt-get")) {
    throw new Error(
      `The native cluster needs these packages, by their names in Debian: ${missing.join(", ")}. Install them by hand.`,
    );
  }
  progress(`installing Debian packages: ${missing.join(", ")}`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await execa("apt-get", ["update", "-q"], { env, reject: false });
  const { failed, stderr } = await execa("apt-get", command.split(" ").slice(1), { env, reject: false });
  if (failed) throw new Error(`"${command}" failed; run it by hand to see why:\n${stderr.trimEnd()}`);
}
