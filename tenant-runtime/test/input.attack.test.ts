import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ServedTenant, serveTenant } from "./testing/clients/serve-tenant.ts";
import type { Staff } from "./testing/clients/staff.ts";
import { worstTexts } from "./testing/inputs/worst-inputs.ts";
import { processorTime } from "./testing/process/processor-time.ts";

let admin: Staff;
let served: ServedTenant;
beforeAll(async () => {
  served = await serveTenant();
  admin = served.admin;
});
afterAll(() => served?.[Symbol.asyncDispose]());

const person = { type: "person", name: "Ann" };
const create = (fields: object) => admin.call("POST", "/customers", { ...person, ...fields });

describe("a request of 250 KiB", () => {
  const language = worstTexts["distinct variants of a language"]?.slice(0, 250 * 1024) ?? "";

  it("in the field language is refused while others are answered, and a short value is accepted", async () => {
    const { pid } = served.runtime;
    const plain = await processorTime(pid, async () => {
      for (let turn = 0; turn < 20; turn += 1) await create({ name: "x".repeat(language.length) });
    });
    const asLanguage = await processorTime(pid, () =>
      Promise.all([create({ language }), admin.call("GET", "/auth/me")]),
    );
    // It once took 14 s. Twenty plain texts of this length take less than one.
    expect(asLanguage.spent).toBeLessThan(plain.spent);
    const [refused, other] = asLanguage.answer;
    expect(refused.status).toBe(422);
    expect(refused.body.error.details).toEqual([
      { in: "body", field: "language", message: "write at most 35 characters" },
    ]);
    expect(other.status).toBe(200);
    expect((await create({ language: "pt-br" })).body.data.attributes.language).toBe("pt-BR");
  });

  it("with a fault in each entry gets a short answer", async () => {
    const many = Object.fromEntries(Array.from({ length: 9_000 }, (_, index) => [`field${index}`, 1]));
    const refused = await create(many);
    expect([refused.status, refused.body.error.details.length]).toEqual([422, 50]);
  });

  it.each([
    [
      "nested deep",
      `{"name": ${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
      "nest objects and lists at most 16 deep",
    ],
    ["of very many values", `{"name": [${"1,".repeat(100_000)}1]}`, "write at most 10000 values at once"],
  ])("%s is refused before a schema looks at it", async (_what, body, message) => {
    const refused = await admin.call("POST", "/customers", body);
    expect(refused.status).toBe(400);
    expect(refused.body.error).toMatchObject({
      code: "INVALID_REQUEST",
      details: [{ in: "body", field: "body", message }],
    });
  });
});

describe("headers that are too long", () => {
  it.each([
    ["If-Match", '"1"'.repeat(500), "If-Match"],
    ["Idempotency-Key", "x".repeat(129), "Idempotency-Key"],
    ["Content-Type", `application/json; ${"x".repeat(300)}`, "Content-Type"],
  ])("%s is refused with advice", async (name, value, field) => {
    const refused = await admin.call("POST", "/customers", person, { [name]: value });
    expect(refused.status).toBe(400);
    expect(refused.body.error).toMatchObject({ code: "INVALID_REQUEST", details: [{ in: "header", field }] });
  });
});

describe("a cursor", () => {
  const encode = (position: unknown) => Buffer.from(JSON.stringify(position)).toString("base64url");
  const id = "0190163d-8694-739b-aea5-966c26f8ad91";
  const at = "2026-01-31T09:30:00.123456Z";
  const ask = (position: unknown) => admin.call("GET", `/customers?cursor=${encode(position)}`);

  it("of the right form is accepted", async () => {
    expect((await ask({ sort: "-createdAt", value: at, id })).status).toBe(200);
  });

  it.each([
    ["200 digits of a second", { sort: "-createdAt", value: `2026-01-31T09:30:00.${"1".repeat(200)}Z`, id }],
    ["another number of digits", { sort: "-createdAt", value: "2026-01-31T09:30:00.1234567Z", id }],
    ["a day that does not exist", { sort: "-createdAt", value: "2026-02-30T09:30:00.123456Z", id }],
    [
      "a year outside the range of both formats",
      { sort: "-createdAt", value: "+294277-01-01T00:00:00.000000Z", id },
    ],
    ["infinity", { sort: "-createdAt", value: "infinity", id }],
    ["an id that is not a UUID", { sort: "-createdAt", value: at, id: "1" }],
    ["NUL in a name", { sort: "name", value: "a\0", id }],
    ["half of a surrogate pair", { sort: "name", value: "\ud800", id }],
    ["an account number of letters", { sort: "accountNumber", value: "x", id }],
    ["no position", []],
    ["a very long name", { sort: "name", value: "x".repeat(1_500), id }],
  ])("with %s is refused with advice", async (_what, position) => {
    const refused = await ask(position);
    expect(refused.status).toBe(422);
    expect(refused.body.error.details[0]).toEqual({
      in: "query",
      field: "cursor",
      message: "use the cursor of links.next as it is, or leave it out",
    });
    const users = await admin.call("GET", `/users?cursor=${encode(position)}`);
    expect(users.status).toBe(422);
  });

  it("of the server is accepted, also for a name of the greatest length", async () => {
    const names = ["㌖", "ﷺ", '"', "\\", "𠀀", "\u{10ffff}"].map((character) =>
      character.repeat(200).slice(0, 200),
    );
    for (const name of names) expect((await create({ name })).status).toBe(201);
    const seen: string[] = [];
    let path: string | undefined = "/customers?limit=1&sort=name";
    while (path !== undefined) {
      const page = await admin.call("GET", path);
      expect(page.status).toBe(200);
      seen.push(...page.body.data.map(({ attributes }: { attributes: { name: string } }) => attributes.name));
      path = page.body.links.next?.replace("/api/v1", "");
    }
    expect(names.filter((name) => !seen.includes(name))).toEqual([]);
  });
});
