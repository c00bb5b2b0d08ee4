import type { Progress } from "../machine/progress.ts";
import { debianBase } from "./debian-base.ts";
import type { BaseContent, BaseImage } from "./image-spec.ts";
import { nodeBase } from "./node-base.ts";

/** A base made here without a container engine and without a registry. */
export function localBase(content: BaseContent, progress: Progress): Promise<BaseImage> {
  return content === "node" ? nodeBase(progress) : debianBase(content, progress);
}
