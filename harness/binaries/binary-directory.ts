import { join } from "node:path";
import { contentHash } from "../machine/content-hash.ts";
import { directories } from "../machine/directories.ts";
import { allBuilds, type ModuleName, moduleDirectory } from "./builds.ts";
import { goArguments, goToolchain } from "./go-arguments.ts";

/** The folder of a module's executables. Its name depends on the files and flags, so any change gets a new folder. */
export function binaryDirectory(module: ModuleName): string {
  return join(directories().cache, "binaries", `${module}-${moduleKey(module)}`);
}

/** A hash of the module's files, the flags and the Go version of each executable, and the target machine. */
export function moduleKey(module: ModuleName): string {
  const flags = allBuilds.filter((build) => build.module === module).map(goArguments);
  return contentHash(moduleDirectory(module), ["."], flags, goToolchain, process.platform, process.arch);
}
