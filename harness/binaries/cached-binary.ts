import { join } from "node:path";
import { type Progress, silent } from "../machine/progress.ts";
import { binaryDirectory } from "./binary-directory.ts";
import { buildBinaries } from "./build-binaries.ts";
import { allBuilds } from "./builds.ts";

/** The absolute path of a cached executable, by its name. Builds it if it is absent. */
export async function cachedBinary(name: string, progress: Progress = silent): Promise<string> {
  const build = allBuilds.find((each) => [...each.outputs, ...(each.links ?? [])].includes(name));
  if (build === undefined) {
    const known = allBuilds.flatMap((each) => [...each.outputs, ...(each.links ?? [])]).join(", ");
    throw new Error(`No build gives "${name}"; there are ${known}.`);
  }
  await buildBinaries([build], progress);
  return join(binaryDirectory(build.module), name);
}
