import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { platformFiles } from "./platform-files.ts";

/** The bounds of a front in the chart's values. */
interface FrontValues {
  readonly connectionsPerSource: number;
  readonly toServer: { readonly perSecond: string; readonly burst: string };
}

/** The part of the platform chart's default values that tests need. */
export interface PlatformValues {
  readonly postgres: {
    readonly processMemoryMiB: number;
    readonly sharedBuffers: string;
    readonly maxConnections: number;
  };
  readonly pgbouncer: { readonly front: FrontValues };
  readonly redis: { readonly front: FrontValues };
  readonly vault: { readonly front: FrontValues };
}

export async function platformValues(): Promise<PlatformValues> {
  return parse(await readFile(join(platformFiles, "..", "values.yaml"), "utf8"));
}
