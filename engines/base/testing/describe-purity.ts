import { globSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nodesOf, type SyntaxNode } from "./nodes-of.ts";

const worldly = ["Date", "process", "console", "fetch", "performance", "setTimeout", "setInterval"];

/**
 * Tests that a folder is an engine: its sources use no clock, no random numbers, no input or output, and import only
 * its own files and the named packages. `exceptions` are the names that one folder may import from a package.
 */
export function describePurity(
  folder: string,
  packages: readonly string[],
  exceptions: readonly Exception[] = [],
): void {
  const sources = globSync("**/*.ts", { cwd: folder }).filter(
    (file) => !file.endsWith(".test.ts") && !file.includes("testing/"),
  );

  describe("the engine", () => {
    it("has source files", () => {
      expect(sources.length).toBeGreaterThan(0);
    });

    it.each(sources)("%s uses no clock, no random numbers, no input or output", (file) => {
      expect(
        nodesOf(join(folder, file)).flatMap((node) => impurity(node, file, packages, exceptions)),
      ).toEqual([]);
    });
  });
}

/** A further import of one folder: pure functions of a package that also has impure ones. */
export interface Exception {
  readonly folder: string;
  readonly package: string;
  readonly names: readonly string[];
}

function impurity(
  node: SyntaxNode,
  file: string,
  packages: readonly string[],
  exceptions: readonly Exception[],
): string[] {
  if (node.type === "ImportDeclaration") {
    const from = (node.source as { value: string }).value;
    if (from.startsWith(".") || packages.includes(from)) return [];
    const allowed =
      exceptions.find((one) => one.package === from && file.startsWith(one.folder))?.names ?? [];
    const imported = (node.specifiers as SyntaxNode[]).map(({ imported }) => (imported as SyntaxNode)?.name);
    const others = imported.filter((name) => !allowed.includes(String(name)));
    return imported.length > 0 && others.length === 0 ? [] : [`imports ${others.join(", ")} from ${from}`];
  }
  if (node.type === "ImportExpression") return ["imports while it runs"];
  if (node.type === "Identifier" && worldly.includes(node.name as string)) return [`the name ${node.name}`];
  if (node.type !== "MemberExpression") return [];
  const { object, property } = node as { object?: SyntaxNode; property?: SyntaxNode };
  return object?.name === "Math" && property?.name === "random" ? ["Math.random"] : [];
}
