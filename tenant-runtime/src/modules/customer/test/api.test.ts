import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withClient } from "../../../../../harness/services/postgres.ts";
import { type ServedTenant, serveTenant } from "../../../../test/testing/clients/serve-tenant.ts";
import { agent, type Staff } from "../../../../test/testing/clients/staff.ts";
import type { RuntimeProcess } from "../../../../test/testing/process/runtime-process.ts";
import type { TestTenant } from "../../../../test/testing/process/test-tenant.ts";

let tenant: TestTenant;
let runtime: RuntimeProcess;
let admin: Staff;

let served: ServedTenant;
beforeAll(async () => {
  served = await serveTenant();
  ({ tenant, runtime, admin } = served);
});
afterAll(() => served?.[Symbol.asyncDispose]());

const ines = {
  type: "person",
  name: "Inès Moreau",
  email: "Ines.Moreau@Example.com",
  phone: "01 99 00 12 34",
  birthDate: "1985-04-12",
  taxId: "FR 85 1234 5678",
  notes: "Rings twice. Dog called Biscotte.",
  language: "fr-fr",
  serviceAddress: { street: "14 rue de la République", city: "Lyon", postcode: "69002" },
};

async function created(
  details: object,
): Promise<{ id: string; etag: string; attributes: Record<string, unknown> }> {
  const answer = await admin.call("POST", "/customers", details);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return {
    id: answer.body.data.id,
    etag: String(answer.headers.etag),
    attributes: answer.body.data.attributes,
  };
}

async function rows(sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  return withClient(tenant.database.superuser, async (client) => (await client.query(sql, values)).rows);
}

describe("a new customer", () => {
  it("is returned as it was stored, and a later GET returns the same", async () => {
    const answer = await admin.call("POST", "/customers", ines);
    expect(answer.status).toBe(201);
    const { id, type, attributes } = answer.body.data;
    expect(type).toBe("customer");
    expect(attributes).toMatchObject({
      ...ines,
      phone: "+33199001234",
      language: "fr-FR",
      status: "prospect",
      contactName: null,
      billingAddress: null,
      serviceAddress: { ...ines.serviceAddress, region: null, country: "FR" },
    });
    expect(answer.headers.location).toBe(`/api/v1/customers/${id}`);
    expect(answer.headers.etag).toBe('"1"');
    const read = await admin.call("GET", `/customers/${id}`);
    expect(read.body.data).toEqual(answer.body.data);
    expect(read.headers.etag).toBe('"1"');
  });

  it("can be created by an agent, who cannot delete customers", async () => {
    const clerk = await agent(runtime, admin, "clerk@north.example");
    const answer = await clerk.call("POST", "/customers", { type: "company", name: "Halle Nord SARL" });
    expect(answer.status).toBe(201);
    const refused = await clerk.call("DELETE", `/customers/${answer.body.data.id}`);
    expect([refused.status, refused.body.error.code]).toEqual([403, "FORBIDDEN"]);
  });

  it("leaves an audit row and an event that hold no personal data", async () => {
    const { id } = await created(ines);
    const [audit] = await rows(`SELECT * FROM audit.t_${tenant.id} WHERE entity_id = $1`, [id]);
    const [event] = await rows(`SELECT * FROM t_${tenant.id}.outbox_events WHERE entity_id = $1`, [id]);
    expect(audit).toMatchObject({ actor: admin.userId, action: "customer.created" });
    expect(event).toMatchObject({ type: "customer.created", entity_id: id });
    for (const secret of ["Moreau", "example.com", "99001234", "1985", "République", "Biscotte"]) {
      expect(JSON.stringify([audit, event]), secret).not.toContain(secret);
    }
  });

  it("is created once for all requests of one Idempotency-Key", async () => {
    const headers = { "Idempotency-Key": "order-4711" };
    const answers = [];
    for (let turn = 0; turn < 3; turn += 1) {
      answers.push(await admin.call("POST", "/customers", { type: "person", name: "Once Only" }, headers));
    }
    expect(new Set(answers.map(({ body }) => body.data.id)).size).toBe(1);
  });

  it.each([
    [{ type: "alien" }, "type", /"person" or "company"/],
    [{ name: " " }, "name", /write the customer's name/],
    [{ name: undefined }, "name", /write the customer's name/],
    [{ name: "two\nlines" }, "name", /one line/],
    [{ name: "x".repeat(201) }, "name", /at most 200 characters/],
    [{ status: "closed" }, "status", /"prospect", "active"/],
    [{ email: "ines.example.com" }, "email", /name@example\.com/],
    [{ email: 7 }, "email", /name@example\.com/],
    [{ phone: "12" }, "phone", /\+33123456789/],
    [{ phone: "+33 1 99 00 12 34 ext. 5" }, "phone", /\+33123456789/],
    [{ language: "french please" }, "language", /fr or pt-BR/],
    [{ birthDate: "12/04/1985" }, "birthDate", /1985-04-12/],
    [{ birthDate: "2199-01-01" }, "birthDate", /in the past/],
    [{ type: "company", birthDate: "1985-04-12" }, "birthDate", /only a person/],
    [{ externalKey: "two words" }, "externalKey", /without space/],
    [{ notes: "x".repeat(5001) }, "notes", /5000/],
    [{ serviceAddress: { street: "1 rue X" } }, "serviceAddress.city", /write a city/],
    [{ serviceAddress: { city: "Lyon", country: "Utopia" } }, "serviceAddress.country", /such as FR/],
    [{ favouriteColour: "green" }, "favouriteColour", /no such field/],
    [{ notes: 7 }, "notes", /write text/],
    [{ name: null }, "name", /write the customer's name/],
  ])("is refused with %j, and the answer says how to correct it", async (wrong, field, message) => {
    const answer = await admin.call("POST", "/customers", { ...ines, ...wrong });
    expect([answer.status, answer.body.error.code]).toEqual([422, "VALIDATION_ERROR"]);
    const details: { in: string; field: string; message: string }[] = answer.body.error.details;
    const found = details.filter((detail) => detail.in === "body" && detail.field === field);
    expect(found, JSON.stringify(details)).toHaveLength(1);
    expect(found[0]?.message).toMatch(message);
  });

  it("cannot have the external key of another customer until that one is deleted", async () => {
    const first = await created({ type: "person", name: "First", externalKey: "crm-1" });
    const second = await admin.call("POST", "/customers", {
      type: "person",
      name: "Second",
      externalKey: "crm-1",
    });
    expect(second.status).toBe(422);
    expect(second.body.error.details).toEqual([
      { in: "body", field: "externalKey", message: "another customer has this key: write a different one" },
    ]);
    expect((await admin.call("DELETE", `/customers/${first.id}`)).status).toBe(204);
    await created({ type: "person", name: "Second", externalKey: "crm-1" });
  });

  it("gets its own account number when many are created at once", async () => {
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, turn) => created({ type: "person", name: `Crowd ${turn}` })),
    );
    expect(new Set(all.map(({ attributes }) => attributes.accountNumber)).size).toBe(20);
  });
});

describe("a change of a customer", () => {
  it("names the version that it is made from, and fails when an earlier change made a newer version", async () => {
    const { id, etag } = await created(ines);
    const without = await admin.call("PATCH", `/customers/${id}`, { name: "I. Moreau" });
    expect([without.status, without.body.error.code]).toEqual([428, "PRECONDITION_REQUIRED"]);
    const changes = await Promise.all(
      ["A", "B", "C"].map((name) => admin.call("PATCH", `/customers/${id}`, { name }, { "If-Match": etag })),
    );
    expect(changes.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
    const lost = changes.find(({ status }) => status === 412);
    expect(lost?.body.error.details[0].message).toMatch(/current version is "2"/);
  });

  it.each(["PN", "AQ", "XK"])("is accepted where the address is in %s", async (country) => {
    const { id, etag } = await created({ ...ines, serviceAddress: { city: "Adamstown", country } });
    const answer = await admin.call("PATCH", `/customers/${id}`, { notes: "x" }, { "If-Match": etag });
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  });

  it("by merge patch replaces, merges into an address, and removes with null", async () => {
    const { id, etag } = await created(ines);
    const patch = {
      phone: "+44 7700 900123",
      notes: null,
      serviceAddress: { city: "Villeurbanne", postcode: null },
    };
    const answer = await admin.call("PATCH", `/customers/${id}`, patch, { "If-Match": etag });
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    const { attributes } = answer.body.data;
    expect(attributes).toMatchObject({ name: ines.name, phone: "+447700900123", notes: null });
    expect(attributes.serviceAddress).toEqual({
      street: "14 rue de la République",
      city: "Villeurbanne",
      postcode: null,
      region: null,
      country: "FR",
    });
    expect(answer.headers.etag).toBe('"2"');
    expect((await admin.call("GET", `/customers/${id}`)).body.data.attributes).toEqual(attributes);
  });

  it("that changes nothing leaves no audit row and no event", async () => {
    const { id, etag } = await created(ines);
    const answer = await admin.call("PATCH", `/customers/${id}`, { name: ines.name }, { "If-Match": etag });
    expect([answer.status, answer.headers.etag]).toEqual([200, etag]);
    expect(await rows(`SELECT action FROM audit.t_${tenant.id} WHERE entity_id = $1`, [id])).toHaveLength(1);
  });

  it("cannot remove a required field", async () => {
    const { id, etag } = await created(ines);
    const answer = await admin.call("PATCH", `/customers/${id}`, { name: null }, { "If-Match": etag });
    expect(answer.status).toBe(422);
    expect(answer.body.error.details).toEqual([
      { in: "body", field: "name", message: "write the customer's name" },
    ]);
  });

  it("by PUT removes the fields that the request omits", async () => {
    const { id, etag } = await created(ines);
    const whole = { type: "person", status: "active", name: "Inès Moreau-Petit" };
    const answer = await admin.call("PUT", `/customers/${id}`, whole, { "If-Match": etag });
    expect(answer.status).toBe(200);
    expect(answer.body.data.attributes).toMatchObject({
      ...whole,
      email: null,
      phone: null,
      serviceAddress: null,
    });
  });

  it("writes the names of the changed fields to the audit trail, and none of their values", async () => {
    const { id, etag } = await created(ines);
    const patch = { email: "i.moreau@example.org", status: "active" };
    await admin.call("PATCH", `/customers/${id}`, patch, { "If-Match": etag });
    const [audit] = await rows(
      `SELECT details FROM audit.t_${tenant.id} WHERE entity_id = $1 AND action LIKE '%updated'`,
      [id],
    );
    expect(audit?.details).toEqual({ fields: ["status", "email"], from: "prospect", to: "active" });
  });
});

describe("a customer's status", () => {
  it.each([
    [["active", "suspended", "active", "closed", "active"], 200],
    [["suspended"], 422],
    [["active", "prospect"], 422],
    [["closed", "suspended"], 422],
  ])("can change along %j: %i", async (way, last) => {
    const { id } = await created({ type: "person", name: "On The Way" });
    const statuses = [];
    for (const status of way) {
      const answer = await admin.call("PATCH", `/customers/${id}`, { status }, { "If-Match": "*" });
      statuses.push(answer.status);
    }
    expect(statuses).toEqual([...way.slice(1).map(() => 200), last]);
  });
});

describe("a deleted customer", () => {
  it("is absent from the API and kept for the accounts", async () => {
    const { id } = await created(ines);
    await admin.call("GET", `/customers/${id}`);
    expect((await admin.call("DELETE", `/customers/${id}`)).status).toBe(204);
    expect((await admin.call("GET", `/customers/${id}`)).status).toBe(404);
    expect((await admin.call("DELETE", `/customers/${id}`)).status).toBe(404);
    expect((await admin.call("PATCH", `/customers/${id}`, {}, { "If-Match": "*" })).status).toBe(404);
    expect(await rows(`SELECT id FROM t_${tenant.id}.customers WHERE id = $1`, [id])).toHaveLength(1);
  });

  it("must have been a prospect or closed: the deletion of an active one is refused", async () => {
    const { id } = await created({ type: "person", name: "In Use", status: "active" });
    const answer = await admin.call("DELETE", `/customers/${id}`);
    expect([answer.status, answer.body.error.code]).toEqual([409, "CUSTOMER_IN_USE"]);
  });
});

/** A cursor that no answer has contained. */
function forged(position: object): string {
  const id = "0190163d-8694-739b-aea5-966c26f8ad91";
  return Buffer.from(JSON.stringify({ ...position, id })).toString("base64url");
}

describe("customers in bulk", () => {
  const person = (fields: object) => ({ type: "person", name: "Ann", ...fields });

  it("are each created by themselves: a refused one does not stop the others", async () => {
    const items = [{ externalKey: "bulk-1" }, { externalKey: "bulk-1" }, { externalKey: "bulk-2" }].map(
      person,
    );
    const { status, body } = await admin.call("POST", "/customers/bulk", { items });
    expect(status).toBe(200);
    expect(body.data).toEqual([
      { type: "result", id: "0", attributes: { status: 201, resource: expect.any(String), error: null } },
      {
        type: "result",
        id: "1",
        attributes: {
          status: 422,
          resource: null,
          error: {
            code: "VALIDATION_ERROR",
            message: "Some fields are not valid.",
            details: [
              { in: "body", field: "externalKey", message: expect.stringContaining("another customer") },
            ],
          },
        },
      },
      { type: "result", id: "2", attributes: { status: 201, resource: expect.any(String), error: null } },
    ]);
    const created = await admin.call("GET", `/customers/${body.data[2].attributes.resource}`);
    expect(created.body.data.attributes.externalKey).toBe("bulk-2");
  });

  it.each([
    [[person({ externalKey: "bulk-3" }), person({ email: "nobody" })], "items[1].email", "name@example.com"],
    [Array.from({ length: 101 }, () => person({})), "items", "write at most 100 entries"],
    [[], "items", "write at least 1 entry"],
  ])("are all refused for a fault of form before any is created: %#", async (items, field, message) => {
    const { status, body } = await admin.call("POST", "/customers/bulk", { items });
    expect([status, body.error.code]).toEqual([422, "VALIDATION_ERROR"]);
    expect(body.error.details).toEqual([{ in: "body", field, message: expect.stringContaining(message) }]);
    expect((await admin.call("GET", "/customers?search=bulk-3")).body.data).toEqual([]);
  });
});

describe("a search", () => {
  let id: string;
  beforeAll(async () => {
    const customer = {
      ...ines,
      name: "Zoé Lefèvre-Straßer",
      email: "zoe.lef@fibre.example",
      phone: "+33 6 12 34 56 78",
    };
    ({ id } = await created({ ...customer, externalKey: "legacy/993" }));
  });

  const found = async (search: string): Promise<boolean> => {
    const answer = await admin.call("GET", `/customers?${new URLSearchParams({ search, limit: "100" })}`);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    return answer.body.data.some((customer: { id: string }) => customer.id === id);
  };

  it.each([
    "zoe",
    "LEFEVRE",
    "lefèvre zo",
    "strass",
    "legacy/993",
    "zoe.lef@fibre.example",
    "ZOE.LEF@Fibre.Example",
    "zoe.l",
    "zoe.lef@",
    "06 12 34",
    "0612345678",
    "+336123",
    "+33 6 12 34 56 78",
  ])("for %j finds the customer", async (search) => {
    expect(await found(search)).toBe(true);
  });

  it.each([
    "oé",
    "lefevre max",
    "oe.lef",
    "zoe.le@",
    "zoe.lef@fibre.exampl2",
    "12345678",
    "+44612",
    "' OR 1=1 --",
    "zoe:* | x",
  ])("for %j does not find the customer", async (search) => {
    expect(await found(search)).toBe(false);
  });

  it("by the beginning of an account number finds its customer", async () => {
    const { body } = await admin.call("GET", `/customers/${id}`);
    expect(await found(body.data.attributes.accountNumber.slice(0, 8))).toBe(true);
  });

  it.each([
    [{ city: "lyon", status: "prospect,active" }, true],
    [{ city: "LYÔN", type: "person", postcode: "69002" }, true],
    [{ city: "Paris" }, false],
    [{ status: "closed,suspended" }, false],
    [{ type: "company" }, false],
  ])("narrowed by %j gives %s", async (filter, expected) => {
    const query = new URLSearchParams({ ...filter, search: "lefevre" } as Record<string, string>);
    const answer = await admin.call("GET", `/customers?${query}`);
    expect(answer.body.data.length > 0).toBe(expected);
  });

  it.each([
    ["status=deleted", "status", /"prospect"/],
    ["limit=0", "limit", /1 to 100/],
    ["limit=1e1", "limit", /1 to 100/],
    ["limit=%2010", "limit", /1 to 100/],
    ["limit=101", "limit", /1 to 100/],
    ["sort=email", "sort", /"createdAt"/],
    ["cursor=abc", "cursor", /links\.next/],
    ["search=x", "search", /at least 2/],
    ["search=%C3%A9", "search", /at least 2/],
    ["search=7", "search", /at least 2/],
    ["search=%40", "search", /at least 2/],
    ["search=ab%00", "search", /without control/],
    [`cursor=${forged({ sort: "-createdAt", value: "yesterday" })}`, "cursor", /links\.next/],
    [`cursor=${forged({ sort: "-createdAt", value: "0000-01-01T00:00:00Z" })}`, "cursor", /links\.next/],
    [`cursor=${forged({ sort: "-createdAt", value: "2026-02-31T00:00:00Z" })}`, "cursor", /links\.next/],
    [`sort=name&cursor=${forged({ sort: "name", value: "a\0" })}`, "cursor", /links\.next/],
    ["colour=red", "colour", /no such parameter/],
  ])("with %s is refused with advice", async (query, field, message) => {
    const answer = await admin.call("GET", `/customers?${query}`);
    expect(answer.status).toBe(422);
    const details: { in: string; field: string; message: string }[] = answer.body.error.details;
    const detail = details.find((each) => each.in === "query" && each.field.startsWith(field));
    expect(detail?.message, JSON.stringify(answer.body.error)).toMatch(message);
  });
});

describe("the tables of customers", () => {
  it("hold no clear text of any personal value", async () => {
    await created(ines);
    const [dump] = await rows(`
      SELECT (SELECT string_agg(c::text, E'\\n') FROM t_${tenant.id}.customers c)
          || (SELECT string_agg(a::text, E'\\n') FROM t_${tenant.id}.customer_addresses a)
          || (SELECT string_agg(u::text, E'\\n') FROM t_${tenant.id}.users u)
          || coalesce((SELECT string_agg(k::text, E'\\n') FROM t_${tenant.id}.idempotency_keys k), '') AS text`);
    const text = String(dump?.text);
    // A positive control: plain-text values can be found, so this is the right text.
    expect(text).toContain("Inès Moreau");
    expect(text).toContain("Lyon");
    for (const secret of [
      "Ines.Moreau@",
      "ines.moreau@",
      "99001234",
      "1985-04-12",
      "FR 85 1234",
      "République",
      "Biscotte",
      "admin@north",
    ]) {
      expect(text, secret).not.toContain(secret);
      expect(text, `${secret} in hexadecimal`).not.toContain(Buffer.from(secret).toString("hex"));
    }
  });
});
