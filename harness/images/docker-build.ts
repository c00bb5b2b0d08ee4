import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { moduleProxies } from "../machine/module-proxies.ts";
import type { Progress } from "../machine/progress.ts";
import { dockerfileOf, lastWords, stageContext } from "./build-from-dockerfile.ts";
import { imageKey } from "./build-image.ts";
import type { ImageSpec } from "./image-spec.ts";

/**
 * Builds an image with a container engine, unless the engine has it, and returns its reference. Without a base it
 * starts from the Dockerfile's own default of BASE.
 * @throws an Error with the last lines of the builder's output when the Dockerfile fails.
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
    const args = Object.entries({ ...networkArguments(), ...base, ...spec.args }).map(
      ([name, value]) => `--build-arg=${name}=${value}`,
    );
    const file = join(context, dockerfileOf(spec));
    await execa("docker", ["build", ...args, `--file=${file}`, `--tag=${reference}`, context], {
      env: builder,
    });
    return reference;
  } catch (cause) {
    throw new Error(`The image ${spec.name} could not be built from ${spec.context}:\n${lastWords(cause)}`, {
      cause,
    });
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}

/**
 * The builder that supports COPY --chmod, which older engines do not use by default. Without attestations an image
 * is one manifest; with one, engines would make an index of it.
 */
const builder = { DOCKER_BUILDKIT: "1", BUILDX_NO_DEFAULT_ATTESTATIONS: "1" };

/** The proxies and mirrors of this machine, which do not affect the result. */
function networkArguments(): Record<string, string> {
  const names = ["http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"];
  const set = names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []));
  return { ...Object.fromEntries(set), GOPROXY: moduleProxies().join() };
}
