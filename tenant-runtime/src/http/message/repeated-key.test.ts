import { describe, expect, it } from "vitest";
import { repeatedKey } from "./repeated-key.ts";

describe("a key that an object has twice", () => {
  it.each([
    ["at the top", '{"a":1,"b":2,"a":3}', "a"],
    ["with the same value", '{"a":1,"a":1}', "a"],
    ["inside an object", '{"a":{"b":1,"b":2}}', "a.b"],
    ["inside a list", '{"items":[{"a":1},[0],{"a":[],"a":2}]}', "items[2].a"],
    ["in a list at the top", '[[1,{"a":1,"a":2}]]', "[0][1].a"],
    ["written with escapes", String.raw`{"a":1,"\u0061":2}`, "a"],
    ["behind quotes and backslashes", String.raw`{"q\"\\":"}{\",","a":1,"a":2}`, "a"],
    ["in a value that another replaces", '{"a":{"b":1,"b":2},"a":1}', "a.b"],
    ["named __proto__", '{"__proto__":1,"__proto__":2}', "__proto__"],
    ["with an empty name", '{"":1,"":2}', "body"],
  ])("is found %s", (_where, json, field) => {
    expect(() => JSON.parse(json)).not.toThrow();
    expect(repeatedKey(json, "body")).toMatchObject({
      code: "VALIDATION_ERROR",
      details: [{ in: "body", field, message: "write it once" }],
    });
  });

  it.each([
    '{"a":"a","b":"a"}',
    '{"a":{"a":{"a":1}}}',
    '[{"a":1},{"a":1}]',
    '{"a":1,"A":2,"a ":3}',
    '{"a":["a","a"],"b":null,"c":-1.5e3}',
    '"a"',
    "1",
    " [ ] ",
  ])("is not found in %s", (json) => {
    expect(() => JSON.parse(json)).not.toThrow();
    expect(repeatedKey(json, "body")).toBeUndefined();
  });
});
