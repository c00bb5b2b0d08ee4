import { mkdtempDisposable, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { chartTemplateOf } from "../operator/generate/chart.ts";
import { type Definition, readDefinitions } from "../operator/generate/definition.ts";
import { generatedFiles } from "../operator/generate/generated.ts";

const root = join(import.meta.dirname, "..");

describe("the files generated from the CRDs", () => {
  it("match the repository", async () => {
    for (const [path, content] of await generatedFiles(root))
      expect(await readFile(join(root, path), "utf8"), path).toBe(content);
  });

  it("keep the CRDs in the cluster when their chart is uninstalled", async () => {
    for (const definition of await readDefinitions(import.meta.dirname))
      expect(chartTemplateOf(definition)).toMatch(
        /^metadata:\n {2}name: .*\n {2}annotations:\n {4}helm.sh\/resource-policy: keep$/m,
      );
  });
});

describe("the generator", () => {
  it("refuses a CRD that Helm would read as a template", async () => {
    expect(() => chartTemplateOf(definition("metadata:\n  name: x\n# {{ }}\n"))).toThrow('expected no "{{"');
  });

  it("refuses a CRD to which it cannot add an annotation", async () => {
    expect(() => chartTemplateOf(definition("metadata: { name: x }\n"))).toThrow("on the next line");
  });

  it("refuses a CRD with two versions", async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), "crds-"));
    const names = "{ kind: Two, plural: twos, shortNames: [] }";
    await writeFile(
      join(folder.path, "two.yaml"),
      `spec: { group: x, names: ${names}, versions: [{ name: v1 }, { name: v2 }] }`,
    );
    await expect(readDefinitions(folder.path)).rejects.toThrow("two.yaml: expected one version, found 2");
  });
});

function definition(source: string): Definition {
  return {
    file: "x.yaml",
    source,
    group: "",
    version: "",
    kind: "",
    plural: "",
    shortNames: [],
    columns: [],
    schema: {},
  };
}
