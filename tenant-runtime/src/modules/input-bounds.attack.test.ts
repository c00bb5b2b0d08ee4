import { Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { systemClock } from "../../../process/clock.ts";
import { explainIssue } from "../../../process/files/explain-issue.ts";
import { type InputField, inputFields } from "../../test/testing/inputs/input-fields.ts";
import { linearPasses, mostPasses } from "../../test/testing/inputs/linear-passes.ts";
import { worstShapes, worstTexts } from "../../test/testing/inputs/worst-inputs.ts";
import { header } from "../http/message/header.ts";
import { wrongShape } from "../http/message/json-shape.ts";
import { repeatedKey } from "../http/message/repeated-key.ts";
import { bearerToken } from "../http/middleware/access/authenticate.ts";
import { parseIfMatch } from "../http/middleware/head/if-match.ts";
import { requestIdOf } from "../http/middleware/record/request-id.ts";
import type { Route } from "../http/route/route.ts";
import { clientMessage } from "../live/client-message.ts";
import { foldText } from "../module/fields/folded-text.ts";
import { openModules } from "../module/open-modules.ts";
import { contactTerms } from "../module/table/contact-search.ts";
import { wordConditions, wordVector } from "../module/table/word-search.ts";
import type { ModuleWorld } from "../module/world.ts";
import { issueDetails } from "../platform/base/issue-details.ts";
import { createSearchIndex } from "../platform/secrets/search-index.ts";
import { modules } from "./list.ts";

// Only the descriptions of the routes are read. Their schemas ask nothing of this world but the time.
const world = {
  clock: systemClock,
  tenant: { id: "aaaaaaaaaa", displayName: "North", country: "FR", timeZone: "Europe/Paris" },
  roles: {},
  eventTypes: ["customer.created"],
  onShutdown: () => {},
} as unknown as ModuleWorld;

const inputs = [
  ...openModules(modules, world, new Registry())
    .flatMap(({ routes }) => routes)
    .flatMap((route) => (["params", "query", "body"] as const).flatMap((place) => inputOf(route, place))),
  { name: "WebSocket message", schema: clientMessage as z.ZodType },
];

function inputOf(route: Route, place: "params" | "query" | "body") {
  const schema = route[place];
  return schema === undefined ? [] : [{ name: `${route.operationId} ${place}`, schema }];
}

/** The input that contains only this value at this place. */
function inputWith(path: InputField["path"], value: unknown): unknown {
  return path.reduceRight((inner, part) => (typeof part === "number" ? [inner] : { [part]: inner }), value);
}

function read(schema: z.ZodType, input: unknown) {
  const result = schema.safeParse(input, { error: explainIssue });
  return result.success ? [] : issueDetails(result.error, "body");
}

function textsFor({ longest }: InputField): [string, string][] {
  const cut = Object.entries(worstTexts).map(([kind, text]): [string, string] => [
    `${kind}, as long as allowed`,
    text.slice(0, longest ?? 0),
  ]);
  return [...Object.entries(worstTexts), ...cut];
}

describe("the list of inputs of clients", () => {
  it("covers every operation", () => {
    expect(inputs.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        "login body",
        "createCustomer body",
        "listCustomers query",
        "updateUser params",
      ]),
    );
    expect(inputs.flatMap(({ schema }) => inputFields(schema)).length).toBeGreaterThan(100);
  });

  describe.each(inputs)("in $name", ({ schema }) => {
    it("is read in a time that grows with its length, for any content", () => {
      const slow = inputFields(schema).flatMap((field) =>
        [...textsFor(field), ...Object.entries(worstShapes)].flatMap(([kind, value]) => {
          const passes = linearPasses(() => read(schema, inputWith(field.path, value)));
          return passes < mostPasses ? [] : [`${field.path.join(".")}: ${kind} took ${passes} passes`];
        }),
      );
      expect(slow).toEqual([]);
    });

    it("gets an answer no larger than a page, for any number of faults", () => {
      for (const value of Object.values(worstShapes)) {
        expect(JSON.stringify(read(schema, value)).length).toBeLessThan(20_000);
      }
    });
  });

  it.each([
    ["a text without a bound", z.string()],
    ["a text that is trimmed first", z.string().trim().max(10)],
    ["a text whose pattern comes first", z.string().regex(/^a*$/).max(10)],
    ["a bound that does not end the checks", z.string().max(10).regex(/^a*$/)],
    ["a format without a bound", z.uuid()],
    ["a list without a bound", z.array(z.boolean())],
    ["a bound that comes after the entries", z.array(z.boolean()).max(3)],
    ["a transform before every check", z.preprocess(String, z.boolean())],
    ["anything at all", z.unknown()],
    ["a record of anything", z.record(z.string(), z.boolean())],
  ])("is refused by this test as %s", (_kind, field) => {
    expect(() => inputFields(z.strictObject({ field: field.optional() }))).toThrow(/not checked first/);
  });
});

describe("the processing of a text of the longest allowed length", () => {
  const index = createSearchIndex(Buffer.alloc(32));
  it.each(Object.entries(worstTexts))("takes a time that grows with its length for %s", (_kind, text) => {
    expect(linearPasses(() => wordVector([text.slice(0, 200), text.slice(0, 200)]))).toBeLessThan(mostPasses);
    expect(linearPasses(() => wordConditions("words", text.slice(0, 100), String))).toBeLessThan(mostPasses);
    expect(linearPasses(() => foldText(text.slice(0, 200)))).toBeLessThan(mostPasses);
    expect(linearPasses(() => contactTerms(index, "customers", text.slice(0, 100), "FR"))).toBeLessThan(
      mostPasses,
    );
  });
});

describe("headers", () => {
  const request = (name: string, value: string) => ({ headers: { [name]: value } }) as never;
  const refused = (work: () => unknown) => {
    try {
      work();
    } catch {
      // The tests of the middleware check which error it is.
    }
  };
  it.each(Object.entries(worstTexts))(
    "of %s are read in a time that grows with their length",
    (_kind, text) => {
      const readers = {
        Authorization: () => bearerToken(header(request("authorization", `Bearer ${text}`), "authorization")),
        "If-Match": () => parseIfMatch(header(request("if-match", text), "if-match")),
        "Idempotency-Key": () => header(request("idempotency-key", text), "idempotency-key"),
        "X-Request-Id": () => requestIdOf(request("x-request-id", text)),
      };
      for (const [name, work] of Object.entries(readers)) {
        expect(
          linearPasses(() => refused(work)),
          name,
        ).toBeLessThan(mostPasses);
      }
    },
  );

  it("are read up to their bound and refused beyond it, with advice", () => {
    expect(header(request("if-match", '"3"'), "if-match")).toBe('"3"');
    expect(() => header(request("if-match", "x".repeat(1_025)), "if-match")).toThrow(
      expect.objectContaining({
        code: "INVALID_REQUEST",
        details: [{ in: "header", field: "If-Match", message: "write at most 1024 characters" }],
      }),
    );
  });
});

describe("JSON", () => {
  const bytes = 256 * 1024;
  it.each([
    [
      "of different keys",
      `{${Array.from({ length: 30_000 }, (_, index) => `"${index.toString(36)}":0`).join(",")}}`,
    ],
    ["of one key with many escapes", `{"${String.raw`\u0061`.repeat(bytes / 6 - 2)}":1}`],
    ["of one long text", `"${"x".repeat(bytes - 2)}"`],
    ["of backslashes", `"${String.raw`\\`.repeat(bytes / 2 - 1)}"`],
    ["nested deep", "[".repeat(bytes / 2) + "]".repeat(bytes / 2)],
  ])("%s is searched for repeated keys in a time that grows with its length", (_kind, text) => {
    expect(text.length).toBeLessThanOrEqual(bytes);
    expect(linearPasses(() => repeatedKey(text, "body"))).toBeLessThan(mostPasses);
    expect(repeatedKey(text, "body")).toBeUndefined();
  });

  it.each([
    ["nested deep", worstShapes["a list nested deep"], "nest objects and lists at most 16 deep"],
    ["of many keys", worstShapes["an object of many keys"], "write at most 10000 values at once"],
    ["of many entries", worstShapes["a list of many numbers"], "write at most 10000 values at once"],
  ])(
    "%s is refused before a schema looks at it, in a time that grows with its length",
    (_kind, value, message) => {
      expect(linearPasses(() => wrongShape(value))).toBeLessThan(mostPasses);
      expect(wrongShape(value)?.details).toEqual([{ in: "body", field: "body", message }]);
      expect(wrongShape({ customer: { address: { city: "Lyon" }, tags: ["a", "b"] } })).toBeUndefined();
    },
  );
});
