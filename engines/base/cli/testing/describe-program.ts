import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../testing/runs.ts";
import { helpText, inputSchema, overview } from "../help-text.ts";
import type { Program } from "../program.ts";
import { runCommand } from "../run-command.ts";
import { run } from "./run.ts";

/** Tests of every command of a program. `words` are texts that its fields almost accept. */
export function describeProgram(program: Program, words: readonly string[]): void {
  const commands = program.commands.map((command) => [command.name, command] as const);
  describe.each(commands)(`${program.name} %s`, (name, command) => {
    it("runs its own example and describes its input", () => {
      expect(run(program, name, command.example)).not.toHaveProperty("faults");
      command.output.parse(run(program, name, command.example));
      expect(helpText(program.name, command)).toContain(JSON.stringify(command.example, null, 2));
      expect(helpText(program.name, command)).toContain("Schema of the output:");
      expect(inputSchema(command.input, command.example)).toMatchObject({
        type: "object",
        additionalProperties: false,
      });
      expect(overview(program)).toContain(command.summary);
    });

    it("answers any input", () => {
      fc.assert(
        fc.property(fc.oneof(spoiled(command.example, words), fc.jsonValue()), (input) => {
          const answer = runCommand(command, JSON.stringify(input) ?? "");
          if (answer.kind === "done") command.output.parse(JSON.parse(JSON.stringify(answer.output)));
          else expect(answer.faults.length).toBeGreaterThan(0);
        }),
        runs(200),
      );
    });

    it("refuses an unknown field, and lists the known ones", () => {
      const [fault] = run(program, name, { ...command.example, colour: "red" }).faults;
      expect(fault).toMatch(/^: expected no other fields; found \["colour"\]: write one of .+/);
    });
  });
}

/** A valid input with some of its values replaced. */
function spoiled(value: unknown, words: readonly string[]): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 12, arbitrary: kept(value, words) },
    { weight: 1, arbitrary: junk(words) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
}

function kept(value: unknown, words: readonly string[]): fc.Arbitrary<unknown> {
  if (Array.isArray(value)) return fc.tuple(...value.map((one) => spoiled(one, words)));
  if (typeof value !== "object" || value === null) return fc.constant(value);
  return fc.record(Object.fromEntries(Object.entries(value).map(([key, one]) => [key, spoiled(one, words)])));
}

function junk(words: readonly string[]): fc.Arbitrary<unknown> {
  return fc.oneof(
    fc.constantFrom("", ...words),
    fc.integer(),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.constant([]),
    fc.constant({}),
    fc.jsonValue(),
  );
}
