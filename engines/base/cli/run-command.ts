import type { z } from "zod";
import { EngineFault } from "../src/engine-fault.ts";
import type { Command } from "./command.ts";
import { found } from "./schemas/expected.ts";

/** One thing that is wrong with an input. */
export interface InputFault {
  /** Where: `subscriptions[0].terms.price`; empty for the input as a whole. */
  readonly path: string;
  /** What was expected, what was found, what to write instead. */
  readonly message: string;
}

export type Answer =
  | { readonly kind: "done"; readonly output: unknown }
  | { readonly kind: "refused"; readonly faults: readonly InputFault[] };

/** Runs a command on the text of its input. Whatever the text is, there is an answer. */
export function runCommand(command: Command, text: string): Answer {
  const json = parseJson(text);
  if (json.kind === "refused") return json;
  const input = command.input(json.output).safeParse(json.output);
  if (!input.success) return { kind: "refused", faults: input.error.issues.map(faultOf) };
  try {
    return { kind: "done", output: command.run(input.data) };
  } catch (fault) {
    if (!(fault instanceof EngineFault)) throw fault;
    return { kind: "refused", faults: [{ path: "", message: fault.message }] };
  }
}

function parseJson(text: string): Answer {
  try {
    return { kind: "done", output: JSON.parse(text) };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `expected one JSON object on standard input; found ${found(text)} (${why}): write {...}, see --help`;
    return { kind: "refused", faults: [{ path: "", message }] };
  }
}

function faultOf({ path, message }: z.core.$ZodIssue): InputFault {
  return { path: pathText(path), message };
}

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return text === "" ? String(part) : `${text}.${String(part)}`;
  }, "");
}
