import { join } from "node:path";
import { chartTemplateOf } from "./chart.ts";
import { readDefinitions } from "./definition.ts";
import { referenceOf } from "./reference.ts";
import { typesOf } from "./types.ts";

/** Every generated file of the repository at `root`: content by path relative to it. */
export async function generatedFiles(root: string): Promise<Map<string, string>> {
  const definitions = await readDefinitions(join(root, "crds"));
  const files = new Map<string, string>([["docs/crds.md", referenceOf(definitions)]]);
  for (const definition of definitions) {
    const name = definition.file.replace(/\.yaml$/, "");
    files.set(`operator/src/api/${name}.generated.ts`, await typesOf(definition));
    files.set(`charts/crds/templates/${definition.file}`, chartTemplateOf(definition));
  }
  return files;
}
