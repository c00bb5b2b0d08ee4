import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type {} from "../../../../../harness/services/vitest.ts";
import { type ServedTenant, serveTenant } from "../../../../test/testing/clients/serve-tenant.ts";
import type { Staff } from "../../../../test/testing/clients/staff.ts";
import { querySchema } from "../../../../test/testing/database/query-schema.ts";

let served: ServedTenant;
let admin: Staff;
beforeAll(async () => {
  served = await serveTenant();
  ({ admin } = served);
});
afterAll(() => served?.[Symbol.asyncDispose]());
afterEach(() => inSchema("DELETE FROM webhook_endpoints; DELETE FROM webhook_deliveries"));

const inSchema = (text: string, values?: readonly unknown[]) => querySchema(served.tenant, text, values);
const url = "https://example.com/webhooks";
const anyVersion = { "If-Match": "*" };

const create = async (body: object = { url }) => {
  const answer = await admin.call("POST", "/webhook-endpoints", body);
  expect(answer.status).toBe(201);
  return { id: answer.body.data.id as string, path: `/webhook-endpoints/${answer.body.data.id}`, answer };
};
const attributesOf = (answer: Awaited<ReturnType<Staff["call"]>>) => answer.body.data.attributes;

/** Inserts a delivery of this age. `minutes` also orders them. */
const delivery = async (endpoint: string, state: string, type: string, minutes: number): Promise<string> => {
  const [{ id }] = await inSchema(
    `INSERT INTO webhook_deliveries (id, endpoint_id, type, occurred_at, data, state, created_at, due_at, finished_at)
     VALUES (gen_random_uuid(), $1, $2, now(), '{}', $3, now() - make_interval(mins => $4), now() + interval '1 hour',
             CASE WHEN $3 <> 'waiting' THEN now() END) RETURNING id`,
    [endpoint, type, state, minutes],
  );
  return id;
};
const idsOf = ({ body }: Awaited<ReturnType<Staff["call"]>>) => body.data.map(({ id }: { id: string }) => id);

describe("a webhook endpoint", () => {
  it("is created with a secret, and shown without", async () => {
    const { answer, path } = await create({ url: "HTTPS://Example.com/hooks", events: ["customer.created"] });
    const { secret, ...shown } = attributesOf(answer);
    expect(secret).toMatch(/^whsec_/);
    expect(shown).toEqual({
      url: "https://example.com/hooks",
      description: null,
      events: ["customer.created"],
      enabled: true,
      disabledReason: null,
      disabledAt: null,
      failingSince: null,
      previousSecretUntil: null,
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
    });
    expect(answer.headers.location).toBe(`/api/v1${path}`);
    expect(attributesOf(await admin.call("GET", path))).toEqual(shown);
  });

  it("is changed by a merge patch at the version that was read", async () => {
    const { answer, path } = await create({ url, events: ["customer.created"], description: "billing" });
    const match = { "If-Match": String(answer.headers.etag) };
    const changed = await admin.call("PATCH", path, { events: null, description: "all" }, match);
    expect(attributesOf(changed)).toMatchObject({ url, events: null, description: "all", enabled: true });
    expect((await admin.call("PATCH", path, { description: "lost" }, match)).status).toBe(412);
    const same = await admin.call("PATCH", path, { description: "all" }, anyVersion);
    expect(same.headers.etag).toBe(changed.headers.etag);
  });

  it("that is disabled ends its waiting deliveries, and can be enabled again", async () => {
    const { id, path } = await create();
    await delivery(id, "waiting", "customer.created", 1);
    const disabled = await admin.call("PATCH", path, { enabled: false }, anyVersion);
    expect(attributesOf(disabled)).toMatchObject({ enabled: false, disabledReason: "administrator" });
    const { body } = await admin.call("GET", `${path}/deliveries`);
    expect(body.data[0].attributes).toMatchObject({ state: "failed", lastError: "ENDPOINT_DISABLED" });
    const refused = await admin.call("POST", `${path}/test`);
    expect([refused.status, refused.body.error.code]).toEqual([409, "WEBHOOK_ENDPOINT_DISABLED"]);
    const enabled = await admin.call("PATCH", path, { enabled: true }, anyVersion);
    expect(attributesOf(enabled)).toMatchObject({ enabled: true, disabledReason: null, disabledAt: null });
  });

  it("is deleted with its deliveries", async () => {
    const { id, path } = await create();
    await delivery(id, "succeeded", "customer.created", 1);
    expect((await admin.call("DELETE", path)).status).toBe(204);
    for (const address of [path, `${path}/deliveries`])
      expect((await admin.call("GET", address)).status).toBe(404);
    expect(await inSchema("SELECT FROM webhook_deliveries")).toEqual([]);
  });

  it("is listed, and found by whether it is enabled", async () => {
    const { id } = await create();
    const { id: disabled } = await create({ url, enabled: false });
    expect(idsOf(await admin.call("GET", "/webhook-endpoints"))).toEqual([id, disabled]);
    expect(idsOf(await admin.call("GET", "/webhook-endpoints?enabled=false"))).toEqual([disabled]);
  });

  it.each([
    [{}, "url"],
    [{ url: "http://example.com" }, "url"],
    [{ url, events: [] }, "events"],
    [{ url, events: ["customer.created", "customer.created"] }, "events"],
    [{ url, events: ["customer.exploded"] }, "events[0]"],
    [{ url, events: ["webhook.test"] }, "events[0]"],
    [{ url, enabled: "yes" }, "enabled"],
    [{ url, secret: "whsec_mine" }, "secret"],
  ])("with %j is refused at the field", async (body, field) => {
    const { status, body: answer } = await admin.call("POST", "/webhook-endpoints", body);
    expect([status, answer.error.details[0].field]).toEqual([422, field]);
  });

  it("allows 20 of them, also in commands at the same time", async () => {
    for (let count = 0; count < 18; count += 1) await create();
    const same = Array.from({ length: 4 }, () => admin.call("POST", "/webhook-endpoints", { url }));
    const statuses = (await Promise.all(same)).map(({ status }) => status);
    expect(statuses.sort()).toEqual([201, 201, 409, 409]);
    const refused = await admin.call("POST", "/webhook-endpoints", { url });
    expect(refused.body.error.code).toBe("WEBHOOK_ENDPOINT_LIMIT_REACHED");
  });
});

describe("the list of deliveries", () => {
  it("finds them by state and type of event, in pages, the newest first", async () => {
    const { id, path } = await create();
    const { id: other } = await create();
    const failed = [
      await delivery(id, "failed", "customer.created", 1),
      await delivery(id, "failed", "customer.created", 2),
      await delivery(id, "failed", "customer.created", 3),
    ];
    await delivery(id, "succeeded", "customer.created", 4);
    const updated = await delivery(id, "failed", "customer.updated", 5);
    await delivery(other, "failed", "customer.created", 0);
    const first = await admin.call("GET", `${path}/deliveries?state=failed&limit=2`);
    const second = await admin.call("GET", first.body.links.next.replace("/api/v1", ""));
    expect([...idsOf(first), ...idsOf(second)]).toEqual([...failed, updated]);
    expect(second.body.links.next).toBeUndefined();
    expect(idsOf(await admin.call("GET", `${path}/deliveries?eventType=customer.updated`))).toEqual([
      updated,
    ]);
    expect((await admin.call("GET", `${path}/deliveries?endpoint=${other}`)).status).toBe(422);
  });

  it("shows no delivery of another endpoint, and replays none", async () => {
    const { path } = await create();
    const { id: other } = await create();
    const foreign = await delivery(other, "failed", "customer.created", 0);
    for (const unknown of [foreign, randomUUID()])
      expect((await admin.call("POST", `${path}/deliveries/${unknown}/replay`)).status).toBe(404);
  });
});

describe("a replay of the failed deliveries", () => {
  it.each([
    {},
    { since: "yesterday" },
    { since: 1 },
    { since: "0000-01-01T00:00:00Z" },
    { since: "9999-12-31T23:59:59-23:00" },
  ])("with %j is refused with advice", async (body) => {
    const { path } = await create();
    const refused = await admin.call("POST", `${path}/replay-failed`, body);
    expect([refused.status, refused.body.error.details[0].field]).toEqual([422, "since"]);
  });

  it("tells their number, and is recorded", async () => {
    const { id, path } = await create();
    await delivery(id, "failed", "customer.created", 0);
    const since = "2026-01-31T12:00:00+01:00";
    const replayed = await admin.call("POST", `${path}/replay-failed`, { since });
    expect([replayed.status, attributesOf(replayed)]).toEqual([202, { replayed: 1, remaining: 0 }]);
  });
});
