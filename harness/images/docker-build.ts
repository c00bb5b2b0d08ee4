import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import type { Progress } from "../machine/progress.ts";
import { dockerfileOf, stageContext } from "./build-from-dockerfile.ts";
import { imageKey } from "./build-image.ts";
import type { ImageSpec } from "./image-spec.ts";

/**
 * Builds an image with a container engine, unless the engine has it, and gives its reference. Without a base it starts from
 * the Dockerfile's own default for BASE.
 */
export async function dockerBuild(spec: ImageSpec, prefix: string, progress: Progress): Promise<string> {
  const reference = `${prefix}/${spec.name}:${imageKey(spec)}`;
  const { failed } = await execa("docker", ["image", "inspect", reference], { reject: false });
  if (!failed) return reference;
  progress(`building ${spec.name}`);
  const context = await mkdtemp(join(tmpdir(), `dotmac-${spec.name}-`));
  try {
    await stageContext(spec, context);
    const base = spec.base && { BASE: spec.base.reference };
    const args = Object.entries({ ...base, ...spec.args }).map(
      ([name, value]) => `--build-arg=${name}=${value}`,
    );
    const file = join(context, dockerfileOf(spec));
    // The builder that knows COPY --chmod; older engines do not take it by themselves.
    const env = { DOCKER_BUILDKIT: "1" };
    await execa("docker", ["build", ...args, `--file=${file}`, `--tag=${reference}`, context], { env });
    return reference;
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}
