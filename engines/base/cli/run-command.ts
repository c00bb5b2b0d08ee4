import type { z } from "zod";
import { detailWithin, EngineFault, type FaultDetail } from "../src/engine-fault.ts";
import { pathText } from "../src/path.ts";
import type { Command } from "./command.ts";
import { parseJson } from "./reading/parse-json.ts";

/** One fault of an input. */
export interface InputDetail {
  /** The path of the value, such as `subscriptions[0].terms.price`; empty for the whole input. */
  readonly path: string;
  /** States the expected value, the found value, and the text to write instead. */
  readonly message: string;
}

export type Answer =
  | { readonly kind: "done"; readonly output: unknown }
  | {
      readonly kind: "refused";
      readonly faults: readonly InputDetail[];
      /** The code of the engine's fault, if an engine refused. */
      readonly code?: string;
    };

/** Runs a command on the text of its input. It returns an answer for every text. */
export function runCommand(command: Command, text: string): Answer {
  return answerOf(() => {
    const json = parseJson(text);
    const input = command.input(json).safeParse(json);
    if (!input.success) return { kind: "refused", faults: input.error.issues.map(detailOf) };
    return { kind: "done", output: command.run(input.data) };
  });
}

/** Returns the attempt's answer. A refusal of the input becomes an answer too. */
export function answerOf(attempt: () => Answer): Answer {
  try {
    return attempt();
  } catch (fault) {
    if (!(fault instanceof EngineFault)) throw fault;
    return {
      kind: "refused",
      code: fault.code,
      faults: fault.details.map(({ path, message }) => ({ path: pathText(path), message })),
    };
  }
}

/** The message of an engine's fault may name another path, which is complete only here. */
function detailOf(issue: z.core.$ZodIssue): InputDetail {
  const path = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
  const detail = issue.code === "custom" ? (issue.params?.detail as FaultDetail | undefined) : undefined;
  if (detail === undefined) return { path: pathText(path), message: issue.message };
  const { message } = detailWithin(path.slice(0, path.length - detail.path.length), detail);
  return { path: pathText(path), message };
}
