import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "../oracle/run.ts";

/** Something that happened to real records, and what is right. */
interface Case {
  readonly title: string;
  readonly command: string;
  readonly input: object;
  /** The fields of interest of the output. */
  readonly output?: object;
  /** For a refusal: the path of each fault and a part of its message. */
  readonly refused?: readonly (readonly [path: string, part: string])[];
}

const files = globSync("*.json", { cwd: import.meta.dirname }).sort();

describe.each(files)("%s", (file) => {
  const cases: readonly Case[] = JSON.parse(readFileSync(join(import.meta.dirname, file), "utf8"));

  it.each(cases)("$title", ({ command, input, output, refused = [] }) => {
    const answer = run(command, input);
    if (output !== undefined) expect(answer).toMatchObject(output);
    else {
      expect(refused.length).toBeGreaterThan(0);
      expect(answer.faults).toEqual(
        refused.map(([path, part]) => expect.stringMatching(startingWith(path, part))),
      );
    }
  });
});

function startingWith(path: string, part: string): RegExp {
  const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${literal(path)}: .*${literal(part)}`);
}
