import { globSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nodesOf, type SyntaxNode } from "./nodes-of.ts";

const worldly = ["Date", "process", "console", "fetch", "performance", "setTimeout", "setInterval"];

/**
 * What makes a folder an engine: no clock, no chance, no input or output in its sources, and no import but
 * its own files and the packages named.
 */
export function describePurity(folder: string, packages: readonly string[]): void {
  const sources = globSync("**/*.ts", { cwd: folder }).filter(
    (file) => !file.endsWith(".test.ts") && !file.includes("testing/"),
  );

  describe("the engine", () => {
    it("has sources to look at", () => {
      expect(sources.length).toBeGreaterThan(3);
    });

    it.each(sources)("%s has no clock, no chance, no input or output", (file) => {
      expect(nodesOf(join(folder, file)).flatMap((node) => impurity(node, packages))).toEqual([]);
    });
  });
}

function impurity(node: SyntaxNode, packages: readonly string[]): string[] {
  if (node.type === "ImportDeclaration") {
    const from = (node.source as { value: string }).value;
    return from.startsWith(".") || packages.includes(from) ? [] : [`imports ${from}`];
  }
  if (node.type === "ImportExpression") return ["imports while it runs"];
  if (node.type === "Identifier" && worldly.includes(node.name as string)) return [`the name ${node.name}`];
  if (node.type !== "MemberExpression") return [];
  const { object, property } = node as { object?: SyntaxNode; property?: SyntaxNode };
  return object?.name === "Math" && property?.name === "random" ? ["Math.random"] : [];
}
