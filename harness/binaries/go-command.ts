import { access } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { directories } from "../machine/directories.ts";
import { withLock } from "../machine/lock.ts";
import type { Progress } from "../machine/progress.ts";
import { fetchGo } from "./fetch-go.ts";

/** The oldest Go that can fetch the toolchain of the builds. */
const needed = { major: 1, minor: 21 };

/**
 * The go command: the machine's own if it is new enough, else one in the cache, which is fetched on demand.
 * @throws an Error with how to install Go, when it cannot be fetched.
 */
export async function goCommand(progress: Progress): Promise<string> {
  const { failed, stdout } = await execa("go", ["env", "GOVERSION"], {
    reject: false,
    env: { GOTOOLCHAIN: "local" },
  });
  if (!failed && isNewEnough(stdout.trim())) return "go";
  const folder = join(directories().cache, "tools/go");
  const command = join(folder, "bin/go");
  return withLock(`${folder}.lock`, progress, async () => {
    const isFetched = await access(command).then(
      () => true,
      () => false,
    );
    if (!isFetched) await fetchGo(folder, progress);
    return command;
  });
}

/** Whether Go with this version output can fetch the toolchain of the builds. */
export function isNewEnough(version: string): boolean {
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) > needed.major || (Number(major) === needed.major && Number(minor) >= needed.minor);
}
