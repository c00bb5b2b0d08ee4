import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { platformFiles } from "./platform-files.ts";

/** The bounds of a front, as the chart's values write them. */
interface FrontValues {
  readonly connectionsPerSource: number;
  readonly toServer: { readonly perSecond: string; readonly burst: string };
}

/** What tests need of the values that the platform chart has by default. */
export interface PlatformValues {
  readonly postgres: { readonly processMemoryMiB: number };
  readonly pgbouncer: { readonly front: FrontValues };
  readonly redis: { readonly front: FrontValues };
  readonly vault: { readonly front: FrontValues };
}

export async function platformValues(): Promise<PlatformValues> {
  return parse(await readFile(join(platformFiles, "..", "values.yaml"), "utf8"));
}
