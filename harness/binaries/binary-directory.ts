import { join } from "node:path";
import { contentHash } from "../machine/content-hash.ts";
import { directories } from "../machine/directories.ts";
import { allBuilds, type ModuleName, moduleDirectory } from "./builds.ts";
import { goArguments, goToolchain } from "./go-arguments.ts";

/** Where a module's executables are kept: named by its files and flags, so that any change gets a new folder. */
export function binaryDirectory(module: ModuleName): string {
  return join(directories().cache, "binaries", `${module}-${moduleKey(module)}`);
}

/** A hash of the module's files, how and by which Go each of its executables is built, and the machine they are for. */
export function moduleKey(module: ModuleName): string {
  const flags = allBuilds.filter((build) => build.module === module).map(goArguments);
  return contentHash(moduleDirectory(module), ["."], flags, goToolchain, process.platform, process.arch);
}
