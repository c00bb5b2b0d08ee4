import { readFileSync } from "node:fs";
import { parseSync } from "vite";

/** A node of a source file's ESTree. */
export interface SyntaxNode {
  readonly type: string;
  readonly [field: string]: unknown;
}

/**
 * Every node of a TypeScript file's syntax tree.
 * @throws Error if the file cannot be parsed.
 */
export function nodesOf(file: string): readonly SyntaxNode[] {
  const { program, errors } = parseSync(file, readFileSync(file, "utf8"));
  if (errors.length > 0) throw new Error(`${file}: ${errors.map(({ message }) => message).join("; ")}`);
  const nodes: SyntaxNode[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === "object" && value !== null) {
      if ("type" in value) nodes.push(value as SyntaxNode);
      Object.values(value).forEach(visit);
    }
  };
  visit(program);
  return nodes;
}
