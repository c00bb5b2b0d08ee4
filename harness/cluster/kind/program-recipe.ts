import { fileURLToPath } from "node:url";
import { allBuilds, moduleDirectory } from "../../binaries/builds.ts";
import { goSums } from "../../binaries/fetch-go.ts";
import { goToolchain } from "../../binaries/go-arguments.ts";
import type { ImageRecipe } from "../../images/image-spec.ts";
import type { ClusterProgram } from "../../kubernetes/provider.ts";

/** The image of a Go program that a container engine compiles, from the native cluster's module and Go version. */
export function programRecipe(name: ClusterProgram): ImageRecipe {
  const build = allBuilds.find(({ outputs }) => outputs.includes(name));
  if (build === undefined) throw new Error(`Expected a build that gives "${name}", found none.`);
  return {
    name,
    context: fileURLToPath(new URL("../../images/go", import.meta.url)),
    base: ["curl", "unzip"],
    extra: { module: moduleDirectory(build.module) },
    args: { NAME: name, PACKAGE: build.packages.join(" "), GO: goToolchain, GO_SUMS: sumLines() },
  };
}

/** The sums in the format of `sha256sum --check`. */
function sumLines(): string {
  return Object.entries(goSums)
    .map(([archive, sum]) => `${sum}  ${archive}`)
    .join("\n");
}
