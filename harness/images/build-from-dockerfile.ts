import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { directories } from "../machine/directories.ts";
import { buildah } from "./buildah.ts";
import type { ImageSpec } from "./image-spec.ts";

/**
 * Builds an image into buildah's store under this reference.
 * @throws an Error with the last lines of the builder's output.
 */
export async function buildFromDockerfile(spec: ImageSpec, reference: string): Promise<void> {
  const parent = join(directories().cache, "images");
  await mkdir(parent, { recursive: true });
  const context = await mkdtemp(join(parent, `context-${spec.name}-`));
  try {
    await stageContext(spec, context);
    await buildah(
      "build",
      "--pull-never",
      "--timestamp=0",
      "--format=oci",
      ...buildArguments(spec),
      `--file=${join(context, dockerfileOf(spec))}`,
      `--tag=${reference}`,
      context,
    );
  } catch (error) {
    throw new Error(`The image ${spec.name} could not be built from ${spec.context}:\n${lastWords(error)}`, {
      cause: error,
    });
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}

export function dockerfileOf(spec: ImageSpec): string {
  return spec.dockerfile ?? "Dockerfile";
}

function buildArguments(spec: ImageSpec): string[] {
  const args = { ...(spec.base ? { BASE: spec.base.reference } : {}), ...spec.args };
  return Object.entries(args).map(([name, value]) => `--build-arg=${name}=${value}`);
}

/** Creates a context with only the named files, so that a file outside of the key cannot enter the image. */
export async function stageContext(spec: ImageSpec, context: string): Promise<void> {
  const copies = [
    ...[...(spec.files ?? ["."]), dockerfileOf(spec)].map(
      (path) => [join(spec.context, path), path] as const,
    ),
    ...Object.entries(spec.extra ?? {}).map(([path, source]) => [source, path] as const),
  ];
  for (const [source, path] of copies) {
    const target = join(context, path);
    await mkdir(dirname(target), { recursive: true });
    await cp(source, target, { recursive: true, force: true, dereference: true, preserveTimestamps: true });
  }
}

/** The last lines of a failed program's output. */
export function lastWords(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message?: string };
  return stderr?.trimEnd().split("\n").slice(-12).join("\n") || message || String(error);
}
