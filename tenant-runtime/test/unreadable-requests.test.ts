import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answersIn, openRaw, type RawConnection } from "./testing/clients/raw-connection.ts";
import { blockUsers } from "./testing/database/blocked-table.ts";
import { probeMain } from "./testing/probe/probe-main-path.ts";
import { type RuntimeProcess, startRuntime } from "./testing/process/runtime-process.ts";
import { createTestTenant, type TestTenant } from "./testing/process/test-tenant.ts";

let tenant: TestTenant;
let runtime: RuntimeProcess;
/** Sends only half of its headers. */
let slow: RawConnection;
beforeAll(async () => {
  tenant = await createTestTenant();
  runtime = await startRuntime(tenant, { main: probeMain });
  await runtime.port("api");
  slow = await openRaw(runtime);
  slow.send("GET /api/v1/auth/me HTTP/1.1\r\nHost: lo");
});
afterAll(async () => {
  slow?.[Symbol.dispose]();
  await runtime?.[Symbol.asyncDispose]();
  await tenant?.[Symbol.asyncDispose]();
});

const host = "Host: localhost\r\n";
const broken = "no HTTP at all\r\n\r\n";
const post = `POST /api/v1/auth/login HTTP/1.1\r\n${host}Content-Type: application/json\r\n`;
const logout = `POST /api/v1/auth/logout HTTP/1.1\r\n${host}X-Request-Id: `;

const unreadable: readonly [string, string, number, string, string][] = [
  [
    "headers of 200 KiB",
    `GET / HTTP/1.1\r\n${host}X: ${"x".repeat(200 * 1024)}\r\n\r\n`,
    431,
    "HEADERS_TOO_LARGE",
    "write at most 16 KiB",
  ],
  [
    "an address of 20 KiB",
    `GET /${"x".repeat(20 * 1024)} HTTP/1.1\r\n${host}\r\n`,
    431,
    "HEADERS_TOO_LARGE",
    "16 KiB",
  ],
  ["no HTTP", broken, 400, "INVALID_REQUEST", "write HTTP/1.1 as in RFC 9112"],
  ["HTTP/3.0", `GET / HTTP/3.0\r\n${host}\r\n`, 505, "HTTP_VERSION_NOT_SUPPORTED", "speak HTTP/1.1"],
  [
    "HTTP/2 without ALPN",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    505,
    "HTTP_VERSION_NOT_SUPPORTED",
    "speak HTTP/1.1",
  ],
  ["a lone LF behind the version", `GET / HTTP/1.1\n${host}\r\n`, 400, "INVALID_REQUEST", "by CR and LF"],
  [
    "an unknown method",
    `BREW /pot HTTP/1.1\r\n${host}\r\n`,
    501,
    "NOT_IMPLEMENTED",
    "write one of GET, HEAD",
  ],
  [
    "a method of WebDAV",
    `PROPFIND /api/v1/auth/me HTTP/1.1\r\n${host}Connection: close\r\n\r\n`,
    501,
    "NOT_IMPLEMENTED",
    "not PROPFIND",
  ],
  [
    "two tokens",
    `GET /api/v1/auth/me HTTP/1.1\r\n${host}Authorization: Bearer a\r\nauthorization: Bearer b\r\nConnection: close\r\n\r\n`,
    400,
    "INVALID_REQUEST",
    "write it once",
  ],
  [
    "two types",
    `${post}content-type: text/csv\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
    400,
    "INVALID_REQUEST",
    "write it once",
  ],
  [
    "a WebSocket of two tokens",
    `GET /api/v1/ws HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: websocket\r\nAuthorization: a\r\nAuthorization: b\r\n\r\n`,
    400,
    "INVALID_REQUEST",
    "write it once",
  ],
  [
    "an absolute address without Host",
    "GET https://localhost/api/v1/auth/me HTTP/1.1\r\nConnection: close\r\n\r\n",
    400,
    "INVALID_REQUEST",
    "write the host",
  ],
  [
    "an absolute address with a user",
    `GET https://ann@localhost/api/v1/auth/me HTTP/1.1\r\n${host}Connection: close\r\n\r\n`,
    400,
    "INVALID_REQUEST",
    "write the host",
  ],
  ["HTTP/2.0 in words", `GET / HTTP/2.0\r\n${host}\r\n`, 505, "HTTP_VERSION_NOT_SUPPORTED", "speak HTTP/1.1"],
  ["a header without a colon", `GET / HTTP/1.1\r\n${host}wrong\r\n\r\n`, 400, "INVALID_REQUEST", "RFC 9112"],
  [
    "two lengths",
    `${post}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n`,
    400,
    "INVALID_REQUEST",
    "RFC 9112",
  ],
  [
    "a chunk without a size",
    `${post}Transfer-Encoding: chunked\r\n\r\nno\r\n`,
    400,
    "INVALID_REQUEST",
    "RFC 9112",
  ],
  [
    "chunks with 20 KiB of extensions",
    `${post}Transfer-Encoding: chunked\r\n\r\n1;${"x".repeat(20 * 1024)}\r\n`,
    413,
    "BODY_TOO_LARGE",
    "leave out the extensions",
  ],
  [
    "no Host",
    "GET /api/v1/auth/me HTTP/1.1\r\nConnection: close\r\n\r\n",
    400,
    "INVALID_REQUEST",
    "write the host",
  ],
  [
    "two Hosts",
    `GET / HTTP/1.1\r\n${host}${host}Connection: close\r\n\r\n`,
    400,
    "INVALID_REQUEST",
    "write the host once",
  ],
  [
    "an invalid Host",
    "GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n",
    400,
    "INVALID_REQUEST",
    "write the host",
  ],
  [
    "a transfer coding",
    `${post}Transfer-Encoding: gzip\r\n\r\n`,
    501,
    "NOT_IMPLEMENTED",
    "write chunked alone",
  ],
  [
    "a transfer coding before chunks",
    `${post}Connection: close\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
    501,
    "NOT_IMPLEMENTED",
    "write chunked alone",
  ],
  [
    "a WebSocket over HTTP/1.0",
    `GET /api/v1/ws HTTP/1.0\r\n${host}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
      "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
    400,
    "INVALID_REQUEST",
    "by HTTP/1.1",
  ],
  [
    "a WebSocket of two Hosts",
    `GET /api/v1/ws HTTP/1.1\r\n${host}${host}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    400,
    "INVALID_REQUEST",
    "write the host once",
  ],
  ["CONNECT", `CONNECT localhost:1 HTTP/1.1\r\n${host}\r\n`, 405, "METHOD_NOT_ALLOWED", "not CONNECT"],
  [
    "another expectation",
    `GET / HTTP/1.1\r\n${host}Expect: cake\r\nConnection: close\r\n\r\n`,
    417,
    "EXPECTATION_FAILED",
    "write 100-continue",
  ],
];

describe("a connection with", () => {
  it.each(unreadable)(
    "%s gets an error of the catalogue and is closed",
    async (_what, sent, status, code, message) => {
      using connection = await openRaw(runtime);
      connection.send(sent);
      const answers = answersIn(await connection.whole);
      expect(answers).toMatchObject([
        { status, headers: { connection: "close", "content-type": "application/json; charset=utf-8" } },
      ]);
      const { error } = JSON.parse(answers[0]?.body ?? "");
      expect(error).toMatchObject({ code, request_id: answers[0]?.headers["x-request-id"] });
      expect(error.details).toEqual([expect.objectContaining({ message: expect.stringContaining(message) })]);
    },
  );

  it("unfinished headers gets 408", async () => {
    const [answer] = answersIn(await slow.whole);
    expect(answer?.status).toBe(408);
    expect(JSON.parse(answer?.body ?? "").error).toMatchObject({ code: "REQUEST_TIMED_OUT" });
  });

  it("HTTP/1.0 without Host gets its answer and is closed", async () => {
    using connection = await openRaw(runtime);
    connection.send("GET /api/v1/auth/me HTTP/1.0\r\n\r\n");
    expect(answersIn(await connection.whole)).toMatchObject([
      { status: 401, headers: { connection: "close" } },
    ]);
  });

  it("an unreadable request leaves a line in the log under the request id of the answer", async () => {
    using connection = await openRaw(runtime);
    connection.send(broken);
    const [answer] = answersIn(await connection.whole);
    const line = await runtime.line(({ request_id }) => request_id === answer?.headers["x-request-id"]);
    expect(line).toMatchObject({
      level: "info",
      status: 400,
      code: "INVALID_REQUEST",
      reason: "HPE_INVALID_METHOD",
    });
  });

  it("an unreadable request is counted by its status and its error", async () => {
    const counted = async (text: string) => {
      const { body } = await runtime.manage<string>("/metrics");
      return Number(new RegExp(`^${text} (\\d+)$`, "m").exec(body)?.[1] ?? 0);
    };
    const requests = 'dotmac_http_requests_total{method="unknown",route="unknown",status="431"}';
    const errors = 'dotmac_http_request_errors_total{route="unknown",code="HEADERS_TOO_LARGE"}';
    const tunnels = 'dotmac_http_requests_total{method="CONNECT",route="unknown",status="405"}';
    const before = [await counted(requests), await counted(errors), await counted(tunnels)];
    using long = await openRaw(runtime);
    long.send(`GET /${"x".repeat(20 * 1024)} HTTP/1.1\r\n${host}\r\n`);
    await long.whole;
    using tunnel = await openRaw(runtime);
    tunnel.send(`CONNECT localhost:1 HTTP/1.1\r\n${host}\r\n`);
    await tunnel.whole;
    const after = [await counted(requests), await counted(errors), await counted(tunnels)];
    expect(after).toEqual(before.map((count) => count + 1));
  });

  it("a broken body leaves one line, with the answer that was sent", async () => {
    using connection = await openRaw(runtime);
    connection.send(`${post}X-Request-Id: broken-body-2\r\nTransfer-Encoding: chunked\r\n\r\nno\r\n`);
    await connection.whole;
    const own = ({ request_id }: Readonly<Record<string, unknown>>) => request_id === "broken-body-2";
    expect(await runtime.line(own)).toMatchObject({
      message: "request",
      method: "POST",
      route: "/auth/login",
      status: 400,
      code: "INVALID_REQUEST",
      reason: "HPE_INVALID_CHUNK_SIZE",
    });
    // Another connection is answered, and logged, after all of that.
    await runtime.call("/api/v1/auth/me", { headers: { "X-Request-Id": "after-broken-body" } });
    await runtime.line(({ request_id }) => request_id === "after-broken-body");
    expect(runtime.lines.filter(own)).toHaveLength(1);
  });

  it("a broken body keeps the request id", async () => {
    using connection = await openRaw(runtime);
    connection.send(`${post}X-Request-Id: broken-body-1\r\nTransfer-Encoding: chunked\r\n\r\nno\r\n`);
    expect(answersIn(await connection.whole)).toMatchObject([
      { status: 400, headers: { "x-request-id": "broken-body-1" } },
    ]);
  });
});

describe("an unreadable request behind readable ones", () => {
  const blocked = (id: string) => `GET /api/v1/probe/blocked HTTP/1.1\r\n${host}X-Request-Id: ${id}\r\n\r\n`;

  it.each([
    ["broken HTTP", broken, 400],
    ["a tunnel", `CONNECT localhost:1 HTTP/1.1\r\n${host}\r\n`, 405],
    [
      "an upgrade",
      `GET /api/v1/other HTTP/1.1\r\n${host}Connection: upgrade\r\nUpgrade: websocket\r\n\r\n`,
      404,
    ],
    ["half a request", `${post}Transfer-Encoding: chunked\r\n\r\nno\r\n`, 400],
  ])("waits for their answers: %s", async (_what, sent, status) => {
    await using table = await blockUsers(tenant);
    using connection = await openRaw(runtime);
    connection.send(blocked("first") + blocked("second") + sent);
    // Another connection is answered after all of that was read.
    await runtime.call("/api/v1/auth/me");
    await table.release();
    const answers = answersIn(await connection.whole);
    expect(answers.map((answer) => [answer.status, answer.headers["x-request-id"]])).toEqual([
      [200, "first"],
      [200, "second"],
      [status, expect.any(String)],
    ]);
  });

  it("waits for the end of a stream", async () => {
    await using table = await blockUsers(tenant);
    using connection = await openRaw(runtime);
    connection.send(`GET /api/v1/probe/stream HTTP/1.1\r\n${host}\r\n`);
    await connection.receive("first\n");
    connection.send(broken);
    await runtime.call("/api/v1/auth/me");
    await table.release();
    expect(answersIn(await connection.whole)).toMatchObject([
      { status: 200, body: "first\nsecond\n" },
      { status: 400 },
    ]);
  });

  it("adds nothing to the partial answer of a request that breaks itself", async () => {
    await using _table = await blockUsers(tenant);
    using connection = await openRaw(runtime);
    connection.send(`GET /api/v1/probe/stream HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n`);
    await connection.receive("first\n");
    connection.send("no\r\n");
    const received = await connection.whole;
    expect(received).toMatch(/\r\n\r\n6\r\nfirst\n\r\n$/);
  });

  it("adds nothing to the complete answer of a request that breaks after it", async () => {
    using connection = await openRaw(runtime);
    connection.send(`${logout}${randomUUID()}\r\nTransfer-Encoding: chunked\r\n\r\n`);
    await connection.receive("UNAUTHENTICATED");
    connection.send("no\r\n");
    expect(answersIn(await connection.whole)).toMatchObject([{ status: 401 }]);
  });
});

describe("a client that leaves before its requests are answered", () => {
  it("leaves none of them open, including those that wait behind another", async () => {
    await using _table = await blockUsers(tenant);
    const connection = await openRaw(runtime);
    const request = (id: string) =>
      `GET /api/v1/probe/blocked HTTP/1.1\r\n${host}X-Request-Id: ${id}\r\n\r\n`;
    connection.send(request("gone-1") + request("gone-2"));
    await runtime.call("/api/v1/auth/me");
    connection[Symbol.dispose]();
    for (const id of ["gone-1", "gone-2"]) {
      expect(await runtime.line(({ request_id }) => request_id === id)).toMatchObject({ status: 499 });
    }
  });
});
