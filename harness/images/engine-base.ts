import { fileURLToPath } from "node:url";
import type { Progress } from "../machine/progress.ts";
import { dockerBuild } from "./docker-build.ts";
import type { BaseContent, BaseImage } from "./image-spec.ts";
import { nodeContext } from "./node-base.ts";

/** A base equal to the local one, built by a container engine from Debian's packages and npm's Node.js. */
export async function engineBase(
  content: BaseContent,
  prefix: string,
  progress: Progress,
): Promise<BaseImage> {
  if (content !== "node") return { reference: await debian(content, prefix, progress) };
  const base = { reference: await debian([], prefix, progress) };
  return { reference: await dockerBuild({ name: "node", ...nodeContext(), base }, prefix, progress) };
}

function debian(packages: readonly string[], prefix: string, progress: Progress): Promise<string> {
  const context = fileURLToPath(new URL("debian", import.meta.url));
  const args = { PACKAGES: packages.join(" ") };
  return dockerBuild({ name: "debian", context, args }, prefix, progress);
}
