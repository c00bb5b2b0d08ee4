import { access } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { directories } from "./directories.ts";
import { withLock } from "./lock.ts";
import { silent } from "./progress.ts";

/**
 * The path of a program from a Debian package. As root, it installs a missing package. Otherwise it throws with the
 * package to install.
 */
export async function debianProgram(path: string, packageName: string): Promise<string> {
  if (await exists(path)) return path;
  if (!(await canInstall())) {
    throw new Error(
      `expected ${path}, found nothing: install the Debian package ${packageName} (or its like)`,
    );
  }
  await install(packageName);
  if (!(await exists(path))) {
    throw new Error(
      `expected the Debian package ${packageName} to bring ${path}, which it did not: this needs Debian 12`,
    );
  }
  return path;
}

/** Whether this process may install Debian packages. */
export async function canInstall(): Promise<boolean> {
  return process.getuid?.() === 0 && exists("/usr/bin/apt-get");
}

const script = `
  set -eu
  export DEBIAN_FRONTEND=noninteractive
  # The package brings a program to run, not a service to start: Debian asks this file for permission.
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
    printf '#!/bin/sh\\nexit 101\\n' >/usr/sbin/policy-rc.d
    chmod 755 /usr/sbin/policy-rc.d
  fi
  if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
  fi
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 "$1"`;

async function install(packageName: string): Promise<void> {
  const lock = join(directories().cache, "debian-packages.lock");
  const { failed, stderr } = await withLock(lock, silent, () =>
    execa("sh", ["-c", script, "install", packageName], { reject: false }),
  );
  if (failed) {
    throw new Error(
      `apt-get could not install ${packageName}: ${stderr.trim()}\nInstall it by hand, then try again.`,
    );
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
