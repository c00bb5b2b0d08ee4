import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type {} from "../../../../../harness/services/vitest.ts";
import { type ServedTenant, serveTenant } from "../../../../test/testing/clients/serve-tenant.ts";
import type { Staff } from "../../../../test/testing/clients/staff.ts";
import { querySchema } from "../../../../test/testing/database/query-schema.ts";
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

const send = (table: string | Buffer, headers: Record<string, string> = {}) =>
  admin.call("POST", "/customers/imports", table, { "Content-Type": "text/csv", ...headers });

const header = "type,name\n";

describe("a hostile table", () => {
  it.each([
    ["a quote that is never closed", `${header}person,"Ann`, 400, "MALFORMED_CSV", "close the quote"],
    [
      "a quote open over 1 MiB",
      `${header}person,"${"x".repeat(1 << 20)}`,
      400,
      "MALFORMED_CSV",
      "64 KiB in a row",
    ],
    ["a million columns", "a,".repeat(1_000_000), 400, "MALFORMED_CSV", "cells in a row"],
    ["a million empty cells", `${header}${",".repeat(1_000_000)}`, 400, "MALFORMED_CSV", "cells in a row"],
    ["UTF-16", Buffer.from(`\ufeff${header}person,Ann`, "utf16le"), 400, "MALFORMED_CSV", "UTF-8"],
    [
      "UTF-16 without a mark",
      Buffer.from(`${header}person,Ann`, "utf16le"),
      400,
      "MALFORMED_CSV",
      "UTF-16 is not read",
    ],
    ["Latin-1", Buffer.from(`${header}person,Inès`, "latin1"), 400, "MALFORMED_CSV", "UTF-8"],
    ["NUL", `${header}person,A\0nn`, 400, "MALFORMED_CSV", "without NUL"],
    ["a column twice", "type,name,type\nperson,Ann,person", 422, "VALIDATION_ERROR", "type is there already"],
    [
      "an unknown column",
      "type,name,__proto__\nperson,Ann,x",
      422,
      "VALIDATION_ERROR",
      "write one of type, name",
    ],
    ["a row with a cell too many", `${header}person,Ann,x`, 400, "MALFORMED_CSV", "line 2"],
    [
      "a key twice",
      "type,name,externalKey\nperson,A,k\nperson,B,k",
      422,
      "VALIDATION_ERROR",
      "line 2 has the same",
    ],
    ["nothing", "", 400, "MALFORMED_CSV", "begin with a row of column names: type"],
    ["no row", header, 400, "MALFORMED_CSV", "at least one row"],
    ["50,001 rows", `${header}${"person,Ann\n".repeat(50_001)}`, 413, "BODY_TOO_LARGE", "at most 50000 rows"],
    ["17 MiB of empty lines", "\n".repeat(17 << 20), 413, "BODY_TOO_LARGE", "at most 16 MiB"],
  ])("of %s gets a clear error", async (_what, table, status, code, message) => {
    const { status: found, body } = await send(table);
    expect([found, body.error.code]).toEqual([status, code]);
    expect(JSON.stringify(body.error.details)).toContain(message);
  });

  it.each([
    [{ "Content-Type": "application/json" }, "write text/csv"],
    [{ "Content-Type": "text/csv; charset=utf-16" }, "charset=utf-8"],
    [{ "Content-Encoding": "gzip" }, "send the body as it is"],
  ])("is not read with the headers %j", async (headers, message) => {
    const { status, body } = await send(gzipSync(header), headers);
    expect([status, body.error.code]).toEqual([415, "UNSUPPORTED_MEDIA_TYPE"]);
    expect(JSON.stringify(body.error.details)).toContain(message);
  });

  it("of unbounded length is answered before its end, in bounded memory", async () => {
    const sent = request(`https://localhost:${await runtime.port("api")}/api/v1/customers/imports`, {
      method: "POST",
      ca: runtime.authority.certificate,
      headers: { Authorization: `Bearer ${admin.accessToken}`, "Content-Type": "text/csv" },
      agent: new Agent({ keepAlive: false }),
    });
    const answered = once(sent, "response") as Promise<[IncomingMessage]>;
    const line = Buffer.from(`person,${"n".repeat(60_000)}\n`);
    let over = false;
    answered.then(
      () => (over = true),
      () => (over = true),
    );
    sent.on("error", () => {});
    sent.write(header);
    let bytes = 0;
    while (!over && bytes < 1 << 30) {
      bytes += line.length;
      if (!sent.write(line)) await Promise.race([once(sent, "drain"), answered]);
    }
    const [answer] = await answered;
    expect(answer.statusCode).toBe(413);
    expect(bytes).toBeLessThan(64 << 20);
    // The runtime closes the connection.
    const { socket } = sent;
    if (socket?.destroyed === false) await new Promise((resolve) => socket.once("close", resolve));
    const { body } = await runtime.manage<string>("/metrics");
    expect(Number(/^process_resident_memory_bytes (\S+)/m.exec(body)?.[1])).toBeLessThan(700 << 20);
  });

  it("creates no operation", async () => {
    const rows = await querySchema(
      tenant,
      "SELECT id FROM operations UNION SELECT operation_id FROM operation_parts",
    );
    expect(rows).toEqual([]);
  });
});
