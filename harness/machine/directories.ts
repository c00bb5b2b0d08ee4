import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of this checkout. */
export const checkout = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** Where the harness keeps what is expensive to make (cache) and what describes a running cluster (state). */
export interface Directories {
  readonly cache: string;
  readonly state: string;
}

/** The XDG base directories (freedesktop.org Base Directory Specification), one folder of our own in each. */
export function directories(env: NodeJS.ProcessEnv = process.env): Directories {
  return {
    cache: join(absolute(env.XDG_CACHE_HOME) ?? join(homedir(), ".cache"), "dotmac"),
    state: join(absolute(env.XDG_STATE_HOME) ?? join(homedir(), ".local/state"), "dotmac/cluster"),
  };
}

/** The specification has relative values ignored. */
function absolute(path: string | undefined): string | undefined {
  return path?.startsWith("/") ? path : undefined;
}
