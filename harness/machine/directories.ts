import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of this checkout. */
export const checkout = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** Folders of the harness for expensive results (cache) and for the description of a running cluster (state). */
export interface Directories {
  readonly cache: string;
  readonly state: string;
}

/** The XDG base directories (freedesktop.org Base Directory Specification), with our own folder in each. */
export function directories(env: NodeJS.ProcessEnv = process.env): Directories {
  return {
    cache: join(absolute(env.XDG_CACHE_HOME) ?? join(homedir(), ".cache"), "dotmac"),
    state: join(absolute(env.XDG_STATE_HOME) ?? join(homedir(), ".local/state"), "dotmac/cluster"),
  };
}

/** The specification ignores relative values. */
function absolute(path: string | undefined): string | undefined {
  return path?.startsWith("/") ? path : undefined;
}
