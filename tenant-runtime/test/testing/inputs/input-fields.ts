import type { z } from "zod";

/** A place in an input where a client may write something. */
export interface InputField {
  readonly path: readonly (string | number)[];
  readonly schema: z.ZodType;
  /** The longest permitted text in characters; undefined for a value that is not text. */
  readonly longest: number | undefined;
}

/**
 * Every place of an input that this schema reads. Throws for one whose size is not checked first: a text without
 * `text`, a list without `list`, a value of any shape, or a transform before every check.
 */
export function inputFields(schema: z.ZodType, path: InputField["path"] = []): InputField[] {
  const { def } = schema._zod as unknown as { def: Definition };
  const inside = (part: z.ZodType, name?: string | number) =>
    inputFields(part, name === undefined ? path : [...path, name]);
  switch (def.type) {
    case "object":
      return [
        { path, schema, longest: undefined },
        ...Object.entries(def.shape).flatMap(([name, part]) => inside(part, name)),
      ];
    case "optional":
    case "nullable":
    case "default":
      return inside(def.innerType);
    case "union":
      return def.options.flatMap((option) => inside(option));
    case "pipe":
      return pipeFields(def, path);
    case "string":
      return [{ path, schema, longest: boundOf(def, path) }];
    case "number":
    case "boolean":
    case "enum":
    case "literal":
      return [{ path, schema, longest: undefined }];
    default:
      throw new Error(`${path.join(".")}: the size of a ${def.type} is not checked first`);
  }
}

interface Check {
  readonly _zod: {
    readonly def: { readonly check: string; readonly maximum?: number; readonly abort?: boolean };
  };
}

type Definition = { readonly checks?: readonly Check[] } & (
  | { readonly type: "object"; readonly shape: Readonly<Record<string, z.ZodType>> }
  | { readonly type: "optional" | "nullable" | "default"; readonly innerType: z.ZodType }
  | { readonly type: "union"; readonly options: readonly z.ZodType[] }
  | { readonly type: "pipe"; readonly in: z.ZodType; readonly out: z.ZodType }
  | { readonly type: "array"; readonly element: z.ZodType }
  | { readonly type: "string" | "number" | "boolean" | "enum" | "literal" | "transform" | "unknown" }
);

function pipeFields(
  { in: first, out }: Extract<Definition, { type: "pipe" }>,
  path: InputField["path"],
): InputField[] {
  const entry = entryOfList(first, out, path);
  if (entry !== undefined) {
    return [{ path, schema: first, longest: undefined }, ...inputFields(entry, [...path, 0])];
  }
  return inputFields(first, path);
}

/** The result of `list`: a bounded array of anything, then an array of the desired items. */
function entryOfList(first: z.ZodType, out: z.ZodType, path: InputField["path"]): z.ZodType | undefined {
  const { def } = first._zod as unknown as { def: Definition };
  const { def: then } = out._zod as unknown as { def: Definition };
  if (def.type !== "array" || then.type !== "array") return undefined;
  boundOf(def, path);
  return then.element;
}

function boundOf({ type, checks = [] }: Definition, path: InputField["path"]): number {
  const { check, maximum, abort } = checks[0]?._zod.def ?? {};
  if (check === "max_length" && abort === true && maximum !== undefined) return maximum;
  throw new Error(`${path.join(".")}: the size of a ${type} is not checked first`);
}
