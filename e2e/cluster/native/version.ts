import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { binaryDirectory } from "../binaries/binary-directory.ts";
import { contentHash } from "../content-hash.ts";

/** Equal for two checkouts whose clusters would be the same. */
export function clusterVersion(): string {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const files = ["native", "manifests"].flatMap((folder) =>
    readdirSync(`${root}/${folder}`)
      .filter((name) => !name.endsWith(".test.ts"))
      .map((name) => `${folder}/${name}`),
  );
  return contentHash(root, files, binaryDirectory("kubernetes"), binaryDirectory("gateway"));
}
