import { fileURLToPath } from "node:url";
import type { Progress } from "../machine/progress.ts";
import { dockerBuild } from "./docker-build.ts";
import type { BaseContent, BaseImage } from "./image-spec.ts";
import { nodeContext } from "./node-base.ts";

/** The like of a local base, built by a container engine: Debian's packages, and the Node.js that npm brought. */
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
