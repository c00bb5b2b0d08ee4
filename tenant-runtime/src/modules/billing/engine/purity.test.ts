import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "vite";
import { describe, expect, it } from "vitest";

const folder = import.meta.dirname;
const sources = globSync("**/*.ts", { cwd: folder }).filter((file) => !file.endsWith(".test.ts"));

/** Files in which a whole number of BigInt is divided, always to be rounded or cut down on purpose. */
const dividing = ["money/rational.ts", "money/round-half-up.ts", "cycles/billing-zone.ts"];

interface SyntaxNode {
  readonly type: string;
  readonly [field: string]: unknown;
}

function nodesOf(file: string): SyntaxNode[] {
  const { program, errors } = parseSync(file, readFileSync(join(folder, file), "utf8"));
  expect(errors).toEqual([]);
  const found: SyntaxNode[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === "object" && value !== null) {
      if ("type" in value) found.push(value as SyntaxNode);
      Object.values(value).forEach(visit);
    }
  };
  visit(program);
  return found;
}

/** Everything in a file that could bring in a fraction that is not exact, or the world outside. */
function impurities(file: string): string[] {
  return nodesOf(file).flatMap((node) => {
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
  it("has sources to look at", () => {
    expect(sources.length).toBeGreaterThan(50);
  });

  it.each(sources)("%s has no clock, no input or output, no floating point", (file) => {
    expect(impurities(file)).toEqual([]);
  });
});
