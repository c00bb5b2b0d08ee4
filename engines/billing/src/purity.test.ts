import { globSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nodesOf } from "../../base/testing/nodes-of.ts";

const folder = import.meta.dirname;
const sources = globSync("**/*.ts", { cwd: folder }).filter((file) => !file.endsWith(".test.ts"));

/** Files in which a whole number of BigInt is divided, always to be rounded or cut down on purpose. */
const dividing = ["money/rational.ts", "money/round-half-up.ts"];

/** Everything in a file that could bring in a fraction that is not exact, or the world outside. */
function impurities(file: string): string[] {
  return nodesOf(join(folder, file)).flatMap((node) => {
    if (node.type === "ImportDeclaration") {
      const from = (node.source as { value: string }).value;
      return from.startsWith(".") || from === "temporal-polyfill" ? [] : [`imports ${from}`];
    }
    if (node.type === "Literal" && typeof node.value === "number" && !Number.isInteger(node.value)) {
      return [`the number ${node.raw}`];
    }
    if (node.type === "BinaryExpression" && ["/", "%", "**"].includes(node.operator as string)) {
      const isScale = node.operator === "**" && (node.left as { bigint?: string }).bigint === "10";
      return isScale || dividing.includes(file) ? [] : [`the operator ${node.operator}`];
    }
    if (
      node.type === "Identifier" &&
      ["Date", "Intl", "parseFloat", "process", "fetch", "console"].includes(node.name as string)
    ) {
      return [`the name ${node.name}`];
    }
    return [];
  });
}

describe("the engine", () => {
  it("has source files", () => {
    expect(sources.length).toBeGreaterThan(50);
  });

  it.each(sources)("%s uses no clock, no input or output, no floating point", (file) => {
    expect(impurities(file)).toEqual([]);
  });
});
