import { describe, expect, it } from "vitest";
import type { Program } from "../program.ts";
import { runCommand } from "../run-command.ts";

const instants = ["1990-01-01T00:00:00Z", "2199-12-31T00:00:00Z", "1990-01-01", "2199-12-31"];
const wrong = ["", "x", "-1", -1, 0, 1.5, 1e15, true, null, [], {}, ...instants];

/** Tests that the refusal of one field of a command's example has a path. */
export function describeRefusedFields(program: Program): void {
  describe.each(program.commands.map((command) => [command.name, command] as const))(
    `${program.name} %s`,
    (_, command) => {
      it("names the path of each field that it refuses", () => {
        for (const input of changedOnce(command.example)) {
          const answer = runCommand(command, JSON.stringify(input));
          const paths = answer.kind === "refused" ? answer.faults.map(({ path }) => path) : [];
          expect(paths, JSON.stringify(input)).not.toContain("");
        }
      });
    },
  );
}

/** The input with each of its fields and their parts replaced by each wrong value, one at a time. */
function* changedOnce(input: unknown): Generator<unknown> {
  if (Array.isArray(input)) {
    for (const [index, one] of input.entries()) {
      for (const changed of replaced(one)) yield input.with(index, changed);
    }
  } else if (typeof input === "object" && input !== null) {
    for (const [name, one] of Object.entries(input)) {
      for (const changed of replaced(one)) yield { ...input, [name]: changed };
    }
  }
}

function* replaced(value: unknown): Generator<unknown> {
  yield* wrong;
  yield* changedOnce(value);
}
