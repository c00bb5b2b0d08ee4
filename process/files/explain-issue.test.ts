import { describe, expect, it } from "vitest";
import { z } from "zod";
import { explainIssue } from "./explain-issue.ts";
import { issueFaults } from "./issue-faults.ts";

const kinds = z.discriminatedUnion("a", [
  z.object({ a: z.literal("x") }),
  z.object({ a: z.literal("y"), b: z.string() }),
]);

const faults: readonly [z.ZodType, unknown, string, string][] = [
  [z.object({ a: z.string() }), {}, "a", "is required: write text"],
  [z.object({ a: z.string() }), { a: null }, "a", "write text, not null"],
  [z.object({ a: z.int() }), { a: 1.5 }, "a", "write a whole number, not a fraction"],
  [z.object({ a: z.email() }), { a: "x" }, "a", "write an email address such as name@example.com"],
  [z.object({ a: z.uuid() }), { a: "x" }, "a", "write a UUID such as 0190163d-8694-739b-aea5-966c26f8ad91"],
  [z.object({ a: z.iso.date() }), { a: "31/01/2026" }, "a", "write a date such as 2026-01-31"],
  [z.object({ a: z.enum(["x", "y"]) }), { a: "z" }, "a", 'write one of "x", "y"'],
  [z.object({ a: z.literal("x") }), { a: "z" }, "a", 'write "x"'],
  [z.object({ a: z.string().min(3) }), { a: "ab" }, "a", "write at least 3 characters"],
  [z.object({ a: z.number().gt(3) }), { a: 3 }, "a", "write a value of more than 3"],
  [z.object({ a: z.array(z.string()).max(1) }), { a: ["x", "y"] }, "a", "write at most 1 entry"],
  [
    z.object({ a: z.array(z.object({ b: z.boolean() })) }),
    { a: [{ b: 1 }] },
    "a[0].b",
    "write true or false, not a number",
  ],
  [z.strictObject({}), { a: 1 }, "a", "leave it out: there is no such field"],
  [z.object({ a: z.number().multipleOf(5) }), { a: 7 }, "a", "write a multiple of 5"],
  [kinds, { a: "z" }, "a", 'write one of "x", "y"'],
  [kinds, {}, "a", 'is required: write one of "x", "y"'],
  [z.object({ a: z.string("write your name") }), {}, "a", "write your name"],
];

describe("a fault found by a schema", () => {
  it.each(faults)("says what to write instead: %#", (schema, input, field, message) => {
    const result = schema.safeParse(input, { error: explainIssue });
    expect(result.error && issueFaults(result.error)).toEqual([{ field, message }]);
  });

  it("never repeats the value, which may be a password", () => {
    const schema = z.object({ password: z.string().max(3), pin: z.int() });
    const result = schema.safeParse({ password: "hunter2", pin: "hunter3" }, { error: explainIssue });
    expect(JSON.stringify(result.error?.issues.map(({ message }) => message))).not.toContain("hunter");
  });
});
