import { run as runOf } from "../../base/cli/testing/run.ts";
import { billing } from "../cli/program.ts";

/** The JSON that a billing command prints for an input, or its faults as `path: message`. */
// biome-ignore lint/suspicious/noExplicitAny: a test reads any JSON
export function run(name: string, input: unknown): any {
  return runOf(billing, name, input);
}
