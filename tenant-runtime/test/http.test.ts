import { randomUUID } from "node:crypto";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withClient } from "../../harness/services/postgres.ts";
import { logIn, signIn } from "./testing/clients/sign-in.ts";
import { probeMain } from "./testing/probe/probe-main-path.ts";
import { type RuntimeProcess, startRuntime } from "./testing/process/runtime-process.ts";
import { createTestTenant, type TestTenant } from "./testing/process/test-tenant.ts";

interface ErrorAnswer {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly details: readonly { readonly in: string; readonly field: string; readonly message: string }[];
    readonly request_id: string;
  };
}

let tenant: TestTenant;
let runtime: RuntimeProcess;
let oneTime: { Authorization: string };
let session: { Authorization: string };
beforeAll(async () => {
  tenant = await createTestTenant();
  runtime = await startRuntime(tenant, { main: probeMain });
  await runtime.health(({ status }) => status === "healthy");
  oneTime = await logIn(runtime, tenant.adminPassword);
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
  await tenant[Symbol.asyncDispose]();
});

describe("a user with a one-time password", () => {
  it("can do nothing until the password is changed", async () => {
    const answer = await runtime.call<ErrorAnswer>("/api/v1/customers", { headers: oneTime });
    expect([answer.status, answer.body.error.code]).toEqual([403, "PASSWORD_CHANGE_REQUIRED"]);
    expect((await runtime.call("/api/v1/auth/me", { headers: oneTime })).status).toBe(200);
    session = await signIn(runtime, tenant);
    expect((await runtime.call("/api/v1/customers", { headers: session })).status).toBe(200);
  });
});

describe("a request id", () => {
  it("is taken from the caller, sent back and written in the log and the error", async () => {
    const headers = { "X-Request-Id": "trace.me-1" };
    const answer = await runtime.call<ErrorAnswer>("/api/v1/auth/me", { headers });
    expect(answer.headers["x-request-id"]).toBe("trace.me-1");
    expect(answer.body.error.request_id).toBe("trace.me-1");
    const line = await runtime.line(
      ({ request_id, message }) => message === "request" && request_id === "trace.me-1",
    );
    expect(line).toMatchObject({ method: "GET", route: "/auth/me", status: 401, code: "UNAUTHENTICATED" });
  });

  it.each([
    ["with spaces", "a b"],
    ["too long", "x".repeat(129)],
  ])("%s is replaced", async (_what, sent) => {
    const { headers } = await runtime.call("/api/v1/auth/me", { headers: { "X-Request-Id": sent } });
    expect(headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe("an answer", () => {
  it("has the envelope", async () => {
    const { body, headers } = await runtime.call("/api/v1/customers?limit=2", { headers: session });
    expect(body).toEqual({
      data: [],
      meta: { timestamp: expect.stringMatching(/^\d{4}-.*Z$/), version: "1.0" },
      links: { self: "/api/v1/customers?limit=2" },
    });
    expect(headers).toMatchObject({
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "strict-transport-security": expect.stringContaining("max-age="),
      "content-security-policy": expect.stringContaining("default-src 'self'"),
    });
    expect(headers).not.toHaveProperty("x-powered-by");
  });

  it("never leaves the query in the log", async () => {
    await runtime.call("/api/v1/customers?limit=3&search=zuleika%40example.com", {
      headers: { ...session, "X-Request-Id": "search-1" },
    });
    await runtime.line(({ request_id }) => request_id === "search-1");
    expect(JSON.stringify(runtime.lines)).not.toContain("zuleika");
  });
});

const bodyFaults: readonly [string, unknown, number, string, readonly (readonly [string, string])[]][] = [
  ["no JSON", '{"text": ', 400, "MALFORMED_JSON", [["body", "write one JSON object: "]]],
  ["too much", { text: "x".repeat(300_000) }, 413, "BODY_TOO_LARGE", [["body", "send less than 256 KiB"]]],
  ["nothing", undefined, 422, "VALIDATION_ERROR", [["body", "is required: write an object"]]],
  ["a key twice", '{"text":"a","text":"b"}', 422, "VALIDATION_ERROR", [["text", "write it once"]]],
  [
    "a key twice further inside",
    '{"text":"a","tags":[{"b":1,"b":2}]}',
    422,
    "VALIDATION_ERROR",
    [["tags[0].b", "write it once"]],
  ],
  ["a list", [], 422, "VALIDATION_ERROR", [["body", "write an object, not a list"]]],
  ["a missing field", {}, 422, "VALIDATION_ERROR", [["text", "is required: write text"]]],
  [
    "text too long",
    { text: "x".repeat(21) },
    422,
    "VALIDATION_ERROR",
    [["text", "write at most 20 characters"]],
  ],
  [
    "several faults",
    { text: "", count: "3", tags: ["a", 1], extra: true, other: 1 },
    422,
    "VALIDATION_ERROR",
    [
      ["text", "write at least 1 character"],
      ["count", "write a number, not text"],
      ["tags[1]", "write text, not a number"],
      ["extra", "leave it out: there is no such field"],
      ["other", "leave it out: there is no such field"],
    ],
  ],
];

describe("a body with", () => {
  it.each(bodyFaults)("%s is refused field by field", async (_what, body, status, code, details) => {
    const answer = await runtime.call<ErrorAnswer>("/api/v1/probe/notes", {
      method: "POST",
      headers: session,
      body,
    });
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
    expect(answer.body.error.details).toEqual(
      details.map(([field, message]) => ({ in: "body", field, message: expect.stringContaining(message) })),
    );
  });

  it.each([
    [
      "Latin-1",
      {},
      Buffer.from('{"text": "Andr\xe9"}', "latin1"),
      400,
      "MALFORMED_JSON",
      "write the body in UTF-8",
    ],
    [
      "half a character",
      {},
      Buffer.from('{"text": "\u20ac"}').subarray(0, 12),
      400,
      "MALFORMED_JSON",
      "in UTF-8",
    ],
    [
      "a surrogate as bytes",
      {},
      Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]),
      400,
      "MALFORMED_JSON",
      "in UTF-8",
    ],
    [
      "UTF-16",
      { "Content-Type": "application/json; charset=utf-16" },
      Buffer.from('{"text": "x"}', "utf16le"),
      415,
      "UNSUPPORTED_MEDIA_TYPE",
      "write UTF-8",
    ],
    [
      "no gzip",
      { "Content-Encoding": "gzip" },
      Buffer.from("{}"),
      400,
      "INVALID_REQUEST",
      "compress the body",
    ],
    [
      "half of gzip",
      { "Content-Encoding": "gzip" },
      gzipSync("{}").subarray(0, 12),
      400,
      "INVALID_REQUEST",
      "compress",
    ],
    [
      "no brotli",
      { "Content-Encoding": "br" },
      Buffer.from("{}"),
      400,
      "INVALID_REQUEST",
      "compress the body",
    ],
    [
      "compress",
      { "Content-Encoding": "compress" },
      Buffer.from("{}"),
      415,
      "UNSUPPORTED_MEDIA_TYPE",
      "compressed with gzip",
    ],
  ])("%s is refused as a body", async (_what, headers, body, status, code, message) => {
    const answer = await runtime.call<ErrorAnswer>("/api/v1/probe/notes", {
      method: "POST",
      headers: { ...session, "Content-Type": "application/json", ...headers },
      body,
    });
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
    expect(answer.body.error.details).toEqual([
      { in: "body", field: "body", message: expect.stringContaining(message) },
    ]);
  });

  it("of another type is refused", async () => {
    const answer = await runtime.call<ErrorAnswer>("/api/v1/probe/notes", {
      method: "POST",
      headers: { ...session, "Content-Type": "text/plain" },
      body: "hello",
    });
    expect([answer.status, answer.body.error.code]).toEqual([415, "UNSUPPORTED_MEDIA_TYPE"]);
    expect(answer.body.error.details).toEqual([
      { in: "header", field: "Content-Type", message: "write application/json, not text/plain" },
    ]);
  });
});

describe("an address", () => {
  it("that does not exist gets a 404 with the error envelope", async () => {
    const { status, body } = await runtime.call<ErrorAnswer>("/api/v1/customer");
    expect(status).toBe(404);
    expect(body).toEqual({
      error: {
        code: "ROUTE_NOT_FOUND",
        message: "There is no such address in this API.",
        details: [{ in: "path", field: "path", message: "write an address of /api/v1/openapi.json" }],
        request_id: expect.any(String),
      },
    });
  });

  it("without that method gets a 405 with its methods", async () => {
    const { status, headers, body } = await runtime.call<ErrorAnswer>("/api/v1/customers", {
      method: "DELETE",
    });
    expect([status, body.error.code, headers.allow]).toEqual([
      405,
      "METHOD_NOT_ALLOWED",
      "GET, POST, HEAD, OPTIONS",
    ]);
  });

  it.each([
    ["/api/v1/customers/%E0%A4%A", "path"],
    ["/api/v1/customers?search=Andr%E9", "query"],
    ["/api/v1/customers?search=50%", "query"],
    ["/api/v1/customers?Andr%E9=1", "query"],
    ["/api/v1/nowhere?search=%ed%a0%80", "query"],
  ])("%s is wrongly encoded and gets 400", async (address, field) => {
    const { status, body } = await runtime.call<ErrorAnswer>(address, { headers: session });
    expect([status, body.error.code]).toEqual([400, "INVALID_REQUEST"]);
    expect(body.error.details).toEqual([
      { in: field, field, message: "write the address percent-encoded as in RFC 3986, in UTF-8" },
    ]);
  });
});

describe("a client that is used to other APIs", () => {
  it("gets the methods of an address for OPTIONS, without a token", async () => {
    const { status, headers } = await runtime.call("/api/v1/customers", { method: "OPTIONS" });
    expect([status, headers.allow]).toEqual([204, "GET, POST, HEAD, OPTIONS"]);
  });

  it("gets the headers of a GET for HEAD, and no body", async () => {
    const { status, headers, body } = await runtime.call("/api/v1/customers", {
      method: "HEAD",
      headers: session,
    });
    expect([status, headers["content-type"], body]).toEqual([200, "application/json; charset=utf-8", ""]);
  });

  it.each(["/API/v1/customers", "/api/V1/customers", "/api/v1/Customers", "/api/v1/WS"])(
    "gets 404 for %s, because addresses are case-sensitive",
    async (path) => {
      const { status, body } = await runtime.call<ErrorAnswer>(path, { headers: session });
      expect([status, body.error.code]).toEqual([404, "ROUTE_NOT_FOUND"]);
    },
  );

  it.each(["null", "12", "true", '"text"'])(
    "is told the type that it sent instead of an object: %s",
    async (text) => {
      const { status, body } = await runtime.call<ErrorAnswer>("/api/v1/probe/notes", {
        method: "POST",
        headers: { ...session, "Content-Type": "application/json" },
        body: text,
      });
      expect([status, body.error.code]).toEqual([422, "VALIDATION_ERROR"]);
      expect(body.error.details).toEqual([
        { in: "body", field: "body", message: expect.stringMatching(/^write .*object/) },
      ]);
    },
  );

  it("is told to remove a slash at the end", async () => {
    const { status, body } = await runtime.call<ErrorAnswer>("/api/v1/customers/", { headers: session });
    expect([status, body.error.code]).toEqual([404, "ROUTE_NOT_FOUND"]);
    expect(body.error.details[0]?.message).toContain("leave out the slash at the end");
  });

  it("at the root is told where the addresses are listed", async () => {
    const { status, body } = await runtime.call<ErrorAnswer>("/");
    expect([status, body.error.code]).toEqual([404, "ROUTE_NOT_FOUND"]);
    expect(body.error.details[0]?.message).toBe("write an address of /api/v1/openapi.json");
  });

  it.each([
    ["GET", "/customers?status=lost,closed,gone", "status", "write one of"],
    ["GET", "/customers?limit=1&limit=2", "limit", "write it once"],
    ["GET", "/customers?status=active&status=closed", "status", "separate them by commas"],
    ["GET", "/customers?colour=red", "colour", "there is no such parameter"],
    ["GET", "/auth/me?fields=email", "fields", "there is no such parameter"],
    ["POST", "/probe/notes?dryRun=true", "dryRun", "there is no such parameter"],
  ])("is refused %s %s, with advice", async (method, path, field, message) => {
    const body = method === "POST" ? { text: "hello" } : undefined;
    const answer = await runtime.call<ErrorAnswer>(`/api/v1${path}`, { method, headers: session, body });
    expect([answer.status, answer.body.error.code]).toEqual([422, "VALIDATION_ERROR"]);
    expect(answer.body.error.details).toEqual([
      { in: "query", field, message: expect.stringContaining(message) },
    ]);
  });

  it("gets the names of at most 50 of its repeated parameters", async () => {
    const query = Array.from({ length: 60 }, (_, index) => `p${index}=1&p${index}=2`).join("&");
    const { status, body } = await runtime.call<ErrorAnswer>(`/api/v1/customers?${query}`, {
      headers: session,
    });
    expect([status, body.error.details.length]).toEqual([422, 50]);
  });

  it.each([
    ["1e400", "write a number"],
    ["9007199254740993", "write"],
    ["1.5", "write"],
  ])("is refused the number %s, which cannot be stored exactly", async (number, message) => {
    const answer = await runtime.call<ErrorAnswer>("/api/v1/probe/notes", {
      method: "POST",
      headers: { ...session, "Content-Type": "application/json; charset=utf-8" },
      body: `{"text": "x", "count": ${number}}`,
    });
    expect(answer.status).toBe(422);
    expect(answer.body.error.details).toEqual([
      { in: "body", field: "count", message: expect.stringContaining(message) },
    ]);
  });

  it.each([
    ['"3"', 304],
    ['W/"3"', 304],
    ['"2", "3"', 304],
    ["*", 304],
    ['"2"', 200],
    ["3", 400],
  ])("with If-None-Match %s gets the status %i", async (tag, status) => {
    const answer = await runtime.call("/api/v1/probe/versioned", { headers: { "If-None-Match": tag } });
    expect(answer.status).toBe(status);
    if (status === 304) expect([answer.body, answer.headers.etag]).toEqual(["", '"3"']);
  });

  it("gets its answer when it offers another protocol, and no 404", async () => {
    const headers = { ...session, Connection: "Upgrade", Upgrade: "h2c" };
    expect((await runtime.call("/api/v1/customers", { headers })).status).toBe(200);
  });
});

describe("an unexpected error", () => {
  it("is answered without its cause, which is in the log with its place", async () => {
    const headers = { "X-Request-Id": "broken-1" };
    const { status, body } = await runtime.call<ErrorAnswer>("/api/v1/probe/broken", { headers });
    expect([status, body.error.code, body.error.details]).toEqual([500, "INTERNAL", []]);
    const line = await runtime.line(
      ({ request_id, level }) => request_id === "broken-1" && level === "error",
    );
    expect(line).toMatchObject({ route: "/probe/broken", cause: "an unexpected fault" });
    expect(line.stack).toContain("probe-routes.ts");
  });
});

describe("a request", () => {
  it.each([
    ["has no token", "/api/v1/probe/forbidden", {}, 401, "UNAUTHENTICATED"],
    [
      "has an unknown token",
      "/api/v1/probe/forbidden",
      { Authorization: "Bearer a.b.c" },
      401,
      "UNAUTHENTICATED",
    ],
  ])("that %s is refused", async (_why, path, headers, status, code) => {
    const answer = await runtime.call<ErrorAnswer>(path, { headers });
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });

  it("of a role without the permission is told the permission", async () => {
    const answer = await runtime.call<ErrorAnswer>("/api/v1/probe/forbidden", { headers: session });
    expect(answer).toMatchObject({
      status: 403,
      body: { error: { code: "FORBIDDEN", details: [{ message: "needs the permission probe:never" }] } },
    });
  });

  it("under a licence without the module is told the module", async () => {
    const answer = await runtime.call<ErrorAnswer>("/api/v1/probe/unlicensed");
    expect(answer).toMatchObject({
      status: 403,
      body: { error: { code: "MODULE_NOT_LICENSED", details: [{ message: "module billing" }] } },
    });
  });
});

describe("a change that must name the version it changes", () => {
  it.each([
    ["without If-Match", undefined, 428, "PRECONDITION_REQUIRED"],
    ["of an older version", '"2"', 412, "PRECONDITION_FAILED"],
    ["of a weak version", 'W/"3"', 412, "PRECONDITION_FAILED"],
    ["without the quotes", "3", 400, "INVALID_REQUEST"],
  ])("%s is refused", async (_what, ifMatch, status, code) => {
    const headers = ifMatch === undefined ? {} : { "If-Match": ifMatch };
    const answer = await runtime.call<ErrorAnswer>("/api/v1/probe/versioned", { method: "PATCH", headers });
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });

  it.each(['"3"', '"2", "3"', "*"])("with %s is made and gets the new ETag", async (ifMatch) => {
    const headers = { "If-Match": ifMatch };
    const answer = await runtime.call("/api/v1/probe/versioned", { method: "PATCH", headers });
    expect([answer.status, answer.headers.etag]).toEqual([200, '"4"']);
  });
});

describe("a POST under an Idempotency-Key", () => {
  const note = <Body = { data: { id: string } }>(key: string, text = "hello") =>
    runtime.call<Body>("/api/v1/probe/notes", {
      method: "POST",
      headers: { ...session, "Idempotency-Key": key, "X-Request-Id": key },
      body: { text },
    });
  const notesOf = (key: string) =>
    withClient(tenant.database.superuser, async (client) => {
      const { rows } = await client.query(`SELECT 1 FROM audit.t_${tenant.id} WHERE request_id = $1`, [key]);
      return rows.length;
    });

  it("is carried out once, and its answer is given again", async () => {
    const key = randomUUID();
    const [first, second] = [await note(key), await note(key)];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body.data).toEqual(first.body.data);
    expect([first.headers["idempotency-replayed"], second.headers["idempotency-replayed"]]).toEqual([
      undefined,
      "true",
    ]);
    expect(await notesOf(key)).toBe(1);
  });

  it("is carried out once when many come at the same time", async () => {
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 10 }, () => note<ErrorAnswer>(key)));
    expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThan(0);
    const others = answers.filter(({ status }) => status !== 201);
    expect(others.map(({ body }) => body.error.code)).toEqual(others.map(() => "IDEMPOTENCY_KEY_IN_USE"));
    expect(await notesOf(key)).toBe(1);
  });

  it("of another request is refused", async () => {
    const key = randomUUID();
    await note(key);
    const other = await note<ErrorAnswer>(key, "something else");
    expect([other.status, other.body.error.code]).toEqual([422, "IDEMPOTENCY_KEY_REUSED"]);
  });

  it("that failed after its change was made is not carried out again", async () => {
    const key = randomUUID();
    expect((await note<ErrorAnswer>(key, "fail after commit")).status).toBe(500);
    const again = await note<ErrorAnswer>(key, "fail after commit");
    expect([again.status, again.body.error.code]).toEqual([409, "IDEMPOTENCY_RESPONSE_LOST"]);
    expect(await notesOf(key)).toBe(1);
  });

  it("stores neither request nor answer in clear", async () => {
    const key = randomUUID();
    await note(key, "a secret");
    const { rows } = await withClient(tenant.database.superuser, (client) =>
      client.query(
        `SELECT state, fingerprint, response FROM t_${tenant.id}.idempotency_keys WHERE key = $1`,
        [key],
      ),
    );
    expect(rows).toHaveLength(1);
    expect(rows[0].state).toBe("answered");
    expect(rows[0].response.toString("latin1")).not.toContain("secret");
  });

  it("of an invalid form is refused", async () => {
    const answer = await note<ErrorAnswer>("with space in it");
    expect([answer.status, answer.body.error.code]).toEqual([400, "INVALID_REQUEST"]);
  });
});
