import { fileURLToPath } from "node:url";
import { cachedBinary } from "../../binaries/cached-binary.ts";
import { buildImage } from "../../images/build-image.ts";
import { debianBase } from "../../images/debian-base.ts";
import type { BuiltImage } from "../../images/image-spec.ts";
import type { Progress } from "../../machine/progress.ts";

export const platformImageNames = ["postgres", "pgbouncer", "redis", "vault"] as const;

/** The platform's services as images for clusters that cannot pull the upstream ones. */
export type PlatformImages = Readonly<Record<(typeof platformImageNames)[number], BuiltImage>>;

/** A start script needs a shell and a few programs; `initdb` starts its server through the shell too. */
const shell = ["dash", "coreutils"];

/** Builds the four images, or finds them built. */
export async function platformImages(progress: Progress): Promise<PlatformImages> {
  return {
    postgres: await fromPackages("postgres", ["postgresql-15", "libc-bin", ...shell], progress),
    pgbouncer: await fromPackages("pgbouncer", ["pgbouncer"], progress),
    redis: await fromPackages("redis", ["redis-server", ...shell], progress),
    vault: await buildImage(
      { name: "vault", context: context("vault"), extra: { vault: await cachedBinary("vault", progress) } },
      progress,
    ),
  };
}

async function fromPackages(
  name: string,
  packages: readonly string[],
  progress: Progress,
): Promise<BuiltImage> {
  return buildImage({ name, context: context(name), base: await debianBase(packages, progress) }, progress);
}

function context(name: string): string {
  return fileURLToPath(new URL(`../../images/${name}`, import.meta.url));
}
