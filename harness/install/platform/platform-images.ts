import { fileURLToPath } from "node:url";
import type { ImageRecipe } from "../../images/image-spec.ts";
import type { RunningCluster } from "../../kubernetes/provider.ts";
import type { Progress } from "../../machine/progress.ts";

/** The images of the platform's services, by name. */
export type PlatformImages = Readonly<Record<keyof typeof platformRecipes | "vault", string>>;

/** Start scripts need a shell and a few programs. `initdb` starts its server through the shell too. */
const shell = ["dash", "coreutils"];

/** The base contents of the services' images. Vault is a Go program. */
export const platformRecipes = {
  postgres: fromPackages("postgres", ["postgresql-15", "libc-bin", ...shell]),
  pgbouncer: fromPackages("pgbouncer", ["pgbouncer"]),
  redis: fromPackages("redis", ["redis-server", ...shell]),
  edge: fromPackages("edge", ["haproxy"]),
} as const;

/** Builds the five images and gives them to the cluster's nodes, unless they have them. */
export async function platformImages(cluster: RunningCluster, progress: Progress): Promise<PlatformImages> {
  const { postgres, pgbouncer, redis, edge } = platformRecipes;
  return {
    postgres: await cluster.provideImage(postgres, progress),
    pgbouncer: await cluster.provideImage(pgbouncer, progress),
    redis: await cluster.provideImage(redis, progress),
    edge: await cluster.provideImage(edge, progress),
    vault: await cluster.provideProgram("vault", progress),
  };
}

function fromPackages(name: string, base: readonly string[]): ImageRecipe {
  return { name, context: fileURLToPath(new URL(`../../images/${name}`, import.meta.url)), base };
}
