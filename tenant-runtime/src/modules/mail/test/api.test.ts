import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type {} from "../../../../../harness/services/vitest.ts";
import { type ServedTenant, serveTenant } from "../../../../test/testing/clients/serve-tenant.ts";
import type { AnyAnswer, Staff } from "../../../../test/testing/clients/staff.ts";
import { querySchema } from "../../../../test/testing/database/query-schema.ts";
import { deliveryReport } from "../../../../test/testing/mail/delivery-report.ts";
import { settingsFor } from "../../../../test/testing/mail/mail-world.ts";

let served: ServedTenant;
let admin: Staff;
beforeAll(async () => {
  served = await serveTenant();
  ({ admin } = served);
}, 300_000);
afterAll(() => served?.[Symbol.asyncDispose]());
afterEach(() =>
  inSchema("DELETE FROM mail_servers; DELETE FROM mail_messages; DELETE FROM mail_suppressions"),
);

const inSchema = (text: string, values?: readonly unknown[]) => querySchema(served.tenant, text, values);
const settings = settingsFor({ host: "smtp.example.com", port: 465 });
const { password: _, ...withoutPassword } = settings;
const put = (body: object, headers?: Record<string, string>) =>
  admin.call("PUT", "/mail-server", body, headers);
const attributesOf = ({ body }: AnyAnswer) => body.data.attributes;
const idsOf = ({ body }: AnyAnswer) => body.data.map(({ id }: { id: string }) => id);
const faultOf = ({ status, body }: AnyAnswer) => [status, body.error.details[0]?.field];

describe("the mail server", () => {
  it("is created, shown without its password, and removed", async () => {
    expect((await admin.call("GET", "/mail-server")).status).toBe(404);
    const created = await put({ ...settings, bouncesTo: "bounces@north.example" });
    expect([created.status, created.headers.location]).toEqual([201, "/api/v1/mail-server"]);
    expect(attributesOf(created)).toEqual({
      ...withoutPassword,
      bouncesTo: "bounces@north.example",
      failingSince: null,
      lastError: null,
      pausedUntil: null,
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
    });
    expect(attributesOf(await admin.call("GET", "/mail-server"))).toEqual(attributesOf(created));
    expect((await admin.call("DELETE", "/mail-server")).status).toBe(204);
    expect((await admin.call("DELETE", "/mail-server")).status).toBe(404);
  });

  it("is replaced as a whole, at the version that was read", async () => {
    const { headers } = await put({ ...settings, replyTo: "help@north.example" });
    const match = { "If-Match": String(headers.etag) };
    const changed = await put({ ...settings, port: 587, security: "starttls" }, match);
    expect([changed.status, attributesOf(changed)]).toMatchObject([
      200,
      { port: 587, security: "starttls", replyTo: null },
    ]);
    expect((await put(settings, match)).status).toBe(412);
    expect((await put(settings, { "If-None-Match": "*" })).status).toBe(412);
    expect((await admin.call("DELETE", "/mail-server", undefined, match)).status).toBe(412);
  });

  it("is created once by commands at the same time", async () => {
    const all = await Promise.all([1, 2, 3].map(() => put(settings)));
    const statuses = all.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.every((status) => [200, 201, 412].includes(status))).toBe(true);
    expect(await inSchema("SELECT FROM mail_servers")).toHaveLength(1);
  });

  it("keeps its password where it is left out, and records which settings changed", async () => {
    await put(settings);
    const sealed = async () =>
      (await inSchema("SELECT password_sealed FROM mail_servers"))[0].password_sealed;
    const before = await sealed();
    const changed = await put({ ...withoutPassword, fromName: "North billing" });
    expect(changed.status).toBe(200);
    expect(await sealed()).toEqual(before);
    const same = await put({ ...withoutPassword, fromName: "North billing" });
    expect(same.headers.etag).toBe(changed.headers.etag);
    const audit = await inSchema(
      `SELECT action, details FROM audit.t_${served.tenant.id} WHERE entity_type = 'mail_server' ORDER BY id DESC LIMIT 1`,
    );
    expect(audit).toEqual([{ action: "mail_server.updated", details: { fields: ["fromName"] } }]);
  });

  it.each([
    ["host", { host: "localhost" }],
    ["host", { host: "10.0.0.1" }],
    ["port", { port: 0 }],
    ["port", { port: 65_536 }],
    ["port", { port: "465" }],
    ["security", { security: "none" }],
    ["user", { user: null }],
    ["fromAddress", { fromAddress: "north" }],
    ["bouncesTo", { bouncesTo: `${"b".repeat(32)}@north.example` }],
    ["language", { language: "de" }],
    ["dkim.privateKey", { dkim: { domain: "north.example", selector: "a", privateKey: "secret" } }],
    ["dkim.privateKey", { dkim: { domain: "north.example", selector: "a" } }],
    ["dkim.selector", { dkim: { domain: "north.example", selector: "a.b; d=x" } }],
    ["tls", { tls: { rejectUnauthorized: false } }],
  ])("is refused at %s for %j", async (field, change) => {
    expect(faultOf(await put({ ...settings, ...change }))).toEqual([422, field]);
  });
});

describe("a test message", () => {
  it("is refused without a mail server", async () => {
    const { status, body } = await admin.call("POST", "/mail-server/test");
    expect([status, body.error.code]).toEqual([409, "MAIL_SERVER_MISSING"]);
  });

  it("waits for the user who asked for it, and is recorded", async () => {
    await put(settings);
    const queued = await admin.call("POST", "/mail-server/test");
    expect([queued.status, attributesOf(queued)]).toMatchObject([
      202,
      {
        template: "mail.test",
        recipient: "admin@north.example",
        reason: { type: "mail_server.test_sent" },
        state: "waiting",
      },
    ]);
    const retrieved = await admin.call("GET", `/mail-messages/${queued.body.data.id}`);
    expect(attributesOf(retrieved)).toMatchObject({
      recipient: "admin@north.example",
      template: "mail.test",
    });
    const [row] = await inSchema("SELECT encode(recipient_sealed, 'escape') AS sealed FROM mail_messages");
    expect(row.sealed).not.toContain("north.example");
  });

  it("is refused while too many messages wait", async () => {
    await put(settings);
    await inSchema(
      `INSERT INTO mail_messages (id, template, recipient_sealed, recipient_exact, reason_type, reason_entity, state,
                                  values_sealed, due_at)
       SELECT gen_random_uuid(), 'mail.test', '', '', 'test', '1', 'waiting', '', now() + interval '1 day'
         FROM generate_series(1, 10000)`,
    );
    const { status, body } = await admin.call("POST", "/mail-server/test");
    expect([status, body.error.code]).toEqual([409, "MAIL_BACKLOG_FULL"]);
    expect(await inSchema("SELECT FROM mail_messages WHERE state = 'failed'")).toEqual([]);
  });
});

describe("the list of messages", () => {
  it("finds them by reader, state and reason, in pages, the newest first", async () => {
    await put(settings);
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1)
      ids.unshift((await admin.call("POST", "/mail-server/test")).body.data.id);
    await inSchema(
      "UPDATE mail_messages SET state = 'failed', finished_at = now(), values_sealed = NULL WHERE id = $1",
      [ids[2]],
    );
    const first = await admin.call("GET", "/mail-messages?limit=2");
    const second = await admin.call("GET", first.body.links.next.replace("/api/v1", ""));
    expect([...idsOf(first), ...idsOf(second)]).toEqual(ids);
    expect(second.body.links.next).toBeUndefined();
    const found = async (query: string) => idsOf(await admin.call("GET", `/mail-messages?${query}`));
    expect(await found("recipient=ADMIN@North.example")).toEqual(ids);
    expect(await found("recipient=other@north.example")).toEqual([]);
    expect(await found("state=failed,bounced")).toEqual([ids[2]]);
    expect(await found("reason=mail_server.test_sent&template=mail.test")).toEqual(ids);
    expect(await found("reason=webhook_endpoint.disabled")).toEqual([]);
    expect((await admin.call("GET", `/mail-messages/${randomUUID()}`)).status).toBe(404);
  });
});

describe("the list of suppressed addresses", () => {
  it("is added to, found by address, and removed from", async () => {
    const created = await admin.call("POST", "/mail-suppressions", { address: "Ann@Example.com" });
    expect([created.status, attributesOf(created)]).toEqual([
      201,
      {
        address: "Ann@Example.com",
        reason: "administrator",
        messageId: null,
        createdAt: expect.stringMatching(/Z$/),
      },
    ]);
    const { id } = created.body.data;
    const again = await admin.call("POST", "/mail-suppressions", { address: "ann@example.com" });
    expect(faultOf(again)).toEqual([422, "address"]);
    expect(idsOf(await admin.call("GET", "/mail-suppressions?address=ann@example.com"))).toEqual([id]);
    expect(idsOf(await admin.call("GET", "/mail-suppressions?reason=bounced"))).toEqual([]);
    expect((await admin.call("DELETE", `/mail-suppressions/${id}`)).status).toBe(204);
    expect((await admin.call("GET", `/mail-suppressions/${id}`)).status).toBe(404);
  });

  it("has a bound", async () => {
    await inSchema(
      `INSERT INTO mail_suppressions (id, address_sealed, address_exact, reason)
       SELECT gen_random_uuid(), '', int4send(number), 'bounced' FROM generate_series(1, 100000) AS number`,
    );
    const { status, body } = await admin.call("POST", "/mail-suppressions", { address: "ann@example.com" });
    expect([status, body.error.code]).toEqual([409, "MAIL_SUPPRESSION_LIMIT_REACHED"]);
  });
});

describe("a posted bounce", () => {
  const post = (text: string, headers = {}) =>
    admin.call("POST", "/mail-bounces", text, { "Content-Type": "message/rfc822", ...headers });

  it("suppresses the address of its message, once for a repeated request", async () => {
    await put(settings);
    const { id } = (await admin.call("POST", "/mail-server/test")).body.data;
    await inSchema("UPDATE mail_messages SET state = 'sent', finished_at = now(), values_sealed = NULL");
    const report = deliveryReport({ returned: `<${id}@north.example>` });
    const key = { "Idempotency-Key": randomUUID() };
    const answers = [await post(report, key), await post(report, key)];
    for (const answer of answers)
      expect([answer.status, answer.body.data]).toEqual([
        200,
        { type: "mail_bounce", id, attributes: { outcome: "bounced", status: "5.1.1" } },
      ]);
    const message = attributesOf(await admin.call("GET", `/mail-messages/${id}`));
    expect(message).toMatchObject({
      state: "bounced",
      lastError: "BOUNCED",
      lastStatus: "5.1.1",
      answer: "smtp; 550 5.1.1 <ann@example.com>: User unknown",
    });
    const { body } = await admin.call("GET", "/mail-suppressions");
    expect(body.data).toMatchObject([
      { attributes: { address: "admin@north.example", reason: "bounced", messageId: id } },
    ]);
  });

  it.each([
    ["of another type", () => post("{}", { "Content-Type": "application/json" }), 415],
    ["that is too long", () => post("x".repeat(256 * 1024 + 1)), 413],
    ["about no message", () => post(deliveryReport({ returned: `<${randomUUID()}@north.example>` })), 404],
    ["that is none", () => post("hello"), 422],
  ])("%s is refused", async (_what, send, status) => {
    expect((await send()).status).toBe(status);
  });
});
