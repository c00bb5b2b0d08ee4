import { z } from "zod";
import { EngineFault } from "../../src/engine-fault.ts";
import { expected } from "./expected.ts";

/** A text that an engine parses. The engine's refusal becomes a fault at the text's own path. */
export function parsed<Output>(example: string, meaning: string, parse: (text: string) => Output) {
  return z
    .string({ error: expected(`a string, such as "${example}" (${meaning})`) })
    .meta({ description: meaning, examples: [example] })
    .transform((text, context) => attempt(() => parse(text), context));
}

/** Runs a step of an engine inside a schema. A refusal becomes a fault of the input. */
export function attempt<Output>(step: () => Output, context: z.RefinementCtx): Output {
  try {
    return step();
  } catch (fault) {
    if (!(fault instanceof EngineFault)) throw fault;
    for (const detail of fault.details) {
      context.addIssue({
        code: "custom",
        path: [...detail.path],
        message: detail.message,
        params: { detail },
      });
    }
    return z.NEVER;
  }
}
