import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type {} from "../../harness/services/vitest.ts";
import { answersIn, openRaw } from "./testing/clients/raw-connection.ts";
import { administrator, anonymous, type Staff } from "./testing/clients/staff.ts";
import { type RuntimeProcess, startRuntime } from "./testing/process/runtime-process.ts";
import { createTestTenant, type TestTenant } from "./testing/process/test-tenant.ts";

let tenant: TestTenant;
let runtime: RuntimeProcess;
let admin: Staff;
beforeAll(async () => {
  tenant = await createTestTenant();
  runtime = await startRuntime(tenant);
  admin = await administrator(runtime, tenant);
});
afterAll(async () => {
  await runtime?.[Symbol.asyncDispose]();
  await tenant?.[Symbol.asyncDispose]();
});

const invalid = 'Bearer error="invalid_token"';
const signedIn = () => `Host: localhost\r\nAuthorization: Bearer ${admin.accessToken}\r\n`;
const handshake =
  "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
  "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";
const createCustomer = (name = "Ann") => admin.call("POST", "/customers", { type: "person", name });

/** The answers to what is sent on one connection, which ends with it. */
async function answersTo(sent: string) {
  using connection = await openRaw(runtime);
  connection.send(sent);
  return answersIn(await connection.whole);
}

describe("a 401", () => {
  const me = (headers: Record<string, string>) => anonymous(runtime)("GET", "/auth/me", undefined, headers);
  const login = (body: unknown) => anonymous(runtime)("POST", "/auth/login", body);

  it.each([
    ["without a token", () => me({}), "Bearer"],
    ["for an unknown token", () => me({ Authorization: "Bearer a.b.c" }), invalid],
    [
      "for a wrong password",
      () => login({ email: "nobody@north.example", password: "a wrong password" }),
      "Bearer",
    ],
    [
      "for an unknown refresh token",
      () =>
        anonymous(runtime)("POST", "/auth/refresh", { refreshToken: `${randomUUID()}.${"a".repeat(43)}` }),
      "Bearer",
    ],
  ])("%s says how to authenticate", async (_what, ask, challenge) => {
    const { status, headers } = await ask();
    expect([status, headers["www-authenticate"]]).toEqual([401, challenge]);
  });

  it("for a session that has ended says that the token is no longer valid", async () => {
    const other = await administrator(runtime, tenant);
    expect((await other.call("POST", "/auth/logout")).status).toBe(204);
    const { status, headers } = await other.call("GET", "/auth/me");
    expect([status, headers["www-authenticate"]]).toEqual([401, invalid]);
  });

  it.each([
    ["", "Bearer"],
    ["Authorization: Bearer a.b.c\r\n", invalid],
  ])("of a handshake says so too: %j", async (token, challenge) => {
    const [answer] = await answersTo(
      `GET /api/v1/ws HTTP/1.1\r\nHost: localhost\r\n${token}${handshake}\r\n`,
    );
    expect([answer?.status, answer?.headers["www-authenticate"]]).toEqual([401, challenge]);
  });
});

describe("a request that waits for 100 Continue", () => {
  const waiting = "Expect: 100-continue\r\n";
  const json = "Content-Type: application/json\r\n";
  const csv = "Content-Type: text/csv\r\n";
  const customers = "POST /api/v1/customers HTTP/1.1\r\n";
  const imports = "POST /api/v1/customers/imports HTTP/1.1\r\n";

  it.each<[string, () => string, number]>([
    ["has no token", () => `${customers}Host: localhost\r\n${json}Content-Length: 9\r\n`, 401],
    ["has no type", () => `${customers}${signedIn()}Content-Length: 9\r\n`, 415],
    ["is too long", () => `${customers}${signedIn()}${json}Content-Length: 300000\r\n`, 413],
    ["is no table", () => `${imports}${signedIn()}${json}Content-Length: 9\r\n`, 415],
    ["is too long a table", () => `${imports}${signedIn()}${csv}Content-Length: 17000000\r\n`, 413],
  ])("gets only the refusal when it %s", async (_what, head, status) => {
    const connection = await openRaw(runtime);
    connection.send(`${head()}${waiting}\r\n`);
    await connection.receive("request_id");
    connection[Symbol.dispose]();
    expect(answersIn(await connection.whole)).toMatchObject([{ status }]);
  });

  it.each<[string, () => string, string, number]>([
    ["JSON", () => `${customers}${signedIn()}${json}`, '{"type":"person","name":"Waits"}', 201],
    ["a table", () => `${imports}${signedIn()}${csv}`, "type,name\nperson,Waits\n", 202],
  ])("gets 100 Continue for %s", async (_what, head, body, status) => {
    using connection = await openRaw(runtime);
    connection.send(`${head()}${waiting}Connection: close\r\nContent-Length: ${body.length}\r\n\r\n`);
    await connection.receive("HTTP/1.1 100 Continue\r\n\r\n");
    connection.send(body);
    const received = await connection.whole;
    expect(answersIn(received.replace("HTTP/1.1 100 Continue\r\n\r\n", ""))).toMatchObject([{ status }]);
  });
});

describe("an address", () => {
  const get = async (target: string, headers = "Connection: close\r\n") =>
    (await answersTo(`GET ${target} HTTP/1.1\r\n${signedIn()}${headers}\r\n`))[0];

  it.each([
    ["https://localhost/api/v1/customers?limit=1"],
    ["HTTP://other.example:8443/api/v1/customers?limit=1"],
    ["/api/v1/custom%65rs?limit=1"],
  ])("has one form in links, for each spelling: %s", async (target) => {
    await Promise.all([createCustomer(), createCustomer()]);
    const answer = await get(target);
    expect(answer?.status).toBe(200);
    expect(JSON.parse(answer?.body ?? "").links).toEqual({
      self: "/api/v1/customers?limit=1",
      next: expect.stringMatching(/^\/api\/v1\/customers\?limit=1&cursor=/),
    });
  });

  it("with an encoded slash is another address", async () => {
    expect((await get("/api%2Fv1/customers"))?.status).toBe(404);
  });

  it.each(["https://localhost/api/v1/ws", "/api/v1/w%73"])("of WebSockets may be %s", async (target) => {
    using connection = await openRaw(runtime);
    connection.send(`GET ${target} HTTP/1.1\r\n${signedIn()}${handshake}\r\n`);
    await connection.receive("101 Switching Protocols");
  });
});

describe("a cursor", () => {
  const again = (position: object) => Buffer.from(JSON.stringify(position)).toString("base64url");

  it.each<[string, (cursor: string, position: { sort: string }) => string]>([
    ["padded", (cursor) => `${cursor}=`],
    ["with a space", (cursor) => `${cursor} `],
    ["with another member", (_cursor, position) => again({ ...position, other: 1 })],
    ["in another order", (_cursor, { sort, ...others }) => again({ ...others, sort })],
  ])("%s is refused: only the text of links.next is valid", async (_what, changed) => {
    await Promise.all([createCustomer(), createCustomer()]);
    const first = await admin.call("GET", "/customers?limit=1");
    const cursor = new URL(first.body.links.next, "https://x").searchParams.get("cursor") ?? "";
    const page = (text: string) => admin.call("GET", `/customers?limit=1&cursor=${encodeURIComponent(text)}`);
    expect((await page(cursor)).status).toBe(200);
    const position = JSON.parse(Buffer.from(cursor, "base64url").toString());
    const refused = await page(changed(cursor, position));
    expect([refused.status, refused.body.error.details[0].field]).toEqual([422, "cursor"]);
  });
});

describe("a precondition", () => {
  const changed = async (method: string, headers: Record<string, string>, id?: string) => {
    const path = `/customers/${id ?? (await createCustomer()).body.data.id}`;
    const body = { PUT: { type: "person", name: "Ann", status: "prospect" }, PATCH: { name: "Bea" } }[method];
    const { status, body: answer } = await admin.call(method, path, body, headers);
    return [status, answer?.error?.code];
  };

  it.each(["PUT", "PATCH", "DELETE"])(
    "If-None-Match: * refuses a %s of an existing resource",
    async (method) => {
      const headers = { "If-Match": "*", "If-None-Match": "*" };
      expect(await changed(method, headers)).toEqual([412, "PRECONDITION_FAILED"]);
      expect(await changed(method, headers, randomUUID())).toEqual([404, "NOT_FOUND"]);
    },
  );

  it.each(["PUT", "PATCH", "DELETE"])("If-None-Match with the present ETag refuses a %s", async (method) => {
    const { headers } = await createCustomer();
    const etag = String(headers.etag);
    expect(await changed(method, { "If-Match": etag, "If-None-Match": etag })).toEqual([
      412,
      "PRECONDITION_FAILED",
    ]);
    expect((await changed(method, { "If-Match": etag, "If-None-Match": '"other"' }))[0]).toBeLessThan(300);
    expect((await changed(method, { "If-Match": "*", "If-None-Match": etag }))[0]).toBe(400);
  });

  it("If-Match refuses a GET of another version", async () => {
    const { body, headers } = await createCustomer();
    const read = (ifMatch: string) =>
      admin.call("GET", `/customers/${body.data.id}`, undefined, { "If-Match": ifMatch });
    const statuses = await Promise.all(['"other"', 'W/"1"', "*", String(headers.etag)].map(read));
    expect(statuses.map(({ status }) => status)).toEqual([412, 412, 200, 200]);
  });
});

describe("a 415", () => {
  it("to a PATCH lists the types that it accepts", async () => {
    const headers = { "Content-Type": "text/plain", "If-Match": "*" };
    const answer = await admin.call("PATCH", `/customers/${randomUUID()}`, "x", headers);
    expect([answer.status, answer.headers["accept-patch"]]).toEqual([
      415,
      "application/merge-patch+json, application/json",
    ]);
  });

  it.each([
    ["/customers", "application/json", "gzip, deflate, br, zstd, identity"],
    ["/customers/imports", "text/csv", "identity"],
  ])("for a coding lists those that %s accepts", async (path, type, codings) => {
    const headers = { "Content-Type": type, "Content-Encoding": "compress" };
    const answer = await admin.call("POST", path, "x", headers);
    expect([answer.status, answer.headers["accept-encoding"]]).toEqual([415, codings]);
  });
});

describe("customers in bulk under an Idempotency-Key", () => {
  it("get the stored answer also when the limit of bulk requests is used up", async () => {
    const send = (body: unknown, key: string = randomUUID()) =>
      admin.call("POST", "/customers/bulk", body, { "Idempotency-Key": key });
    const items = [{ type: "person", name: "Bulk" }];
    const key = randomUUID();
    const first = await send({ items }, key);
    let left = Number(first.headers["ratelimit-remaining"]);
    const again = await send({ items }, key);
    expect([again.status, again.body.data]).toEqual([200, first.body.data]);
    // A fault of form counts too.
    for (; left > 0; left -= 1) expect((await send({ items: [] })).status).toBe(422);
    expect((await send({ items })).status).toBe(429);
    const last = await send({ items }, key);
    expect([last.status, last.headers["idempotency-replayed"]]).toEqual([200, "true"]);
  });
});
