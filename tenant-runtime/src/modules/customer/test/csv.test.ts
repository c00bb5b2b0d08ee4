import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withClient } from "../../../../../harness/services/postgres.ts";
import type {} from "../../../../../harness/services/vitest.ts";
import { type ServedTenant, serveTenant } from "../../../../test/testing/clients/serve-tenant.ts";
import { agent, type Staff } from "../../../../test/testing/clients/staff.ts";
import { querySchema } from "../../../../test/testing/database/query-schema.ts";
import { type RuntimeProcess, startRuntime } from "../../../../test/testing/process/runtime-process.ts";
import type { TestTenant } from "../../../../test/testing/process/test-tenant.ts";
import { until } from "../../../../test/testing/process/until.ts";

let tenant: TestTenant;
let runtime: RuntimeProcess;
let admin: Staff;
let served: ServedTenant;
beforeAll(async () => {
  served = await serveTenant();
  ({ tenant, runtime, admin } = served);
});
afterAll(() => served?.[Symbol.asyncDispose]());

const csv = { "Content-Type": "text/csv" };
const send = (text: string, { as = admin, query = "", headers = {} } = {}) =>
  as.call("POST", `/customers/imports${query}`, text, { ...csv, ...headers });
const inSchema = (text: string, values?: readonly unknown[]) => querySchema(tenant, text, values);
const idOf = (answer: { body: { data: { id: string } } }) => answer.body.data.id;
const ended = (id: string, as = admin) =>
  until(
    () => as.call("GET", `/operations/${id}`),
    ({ body }) => body.data.attributes.finishedAt !== null,
  );
const reportOf = async (id: string) =>
  String((await admin.call("GET", `/operations/${id}/report`)).body)
    .trimEnd()
    .split("\r\n");

describe("an import of customers", () => {
  it("is answered with an operation, which creates each row by itself and reports the refused ones", async () => {
    const accepted = await send(
      [
        "type,name,email,serviceAddress.city,externalKey",
        'person,"Moreau, Inès",ines@example.com,Lyon,imp-1',
        "alien,X,nobody,Lyon,imp-2",
        "company,Brasserie du Port,,,imp-3",
      ].join("\n"),
    );
    expect(accepted.status).toBe(202);
    expect(accepted.headers.location).toBe(`/api/v1/operations/${idOf(accepted)}`);
    const { body } = await ended(idOf(accepted));
    expect(body.data.attributes).toMatchObject({
      kind: "customers.import",
      state: "succeeded",
      total: 3,
      done: 3,
      refused: 1,
      error: null,
      createdBy: admin.userId,
    });
    const [header, ...lines] = await reportOf(idOf(accepted));
    expect(header).toBe("line,outcome,id,field,message");
    expect(lines.map((line) => line.replace(/[0-9a-f-]{36}/, "<id>"))).toEqual([
      "2,created,<id>,,",
      '3,refused,,type,"write ""person"" or ""company"""',
      "3,refused,,email,write an email address such as name@example.com",
      "4,created,<id>,,",
    ]);
    const found = await admin.call("GET", "/customers?search=imp-1");
    expect(found.body.data[0].attributes).toMatchObject({
      name: "Moreau, Inès",
      email: "ines@example.com",
      serviceAddress: { city: "Lyon", country: "FR" },
    });
    const audited = await withClient(tenant.database.superuser, (client) =>
      client.query(`SELECT actor FROM audit.t_${tenant.id} WHERE entity_id = $1 AND request_id IS NOT NULL`, [
        found.body.data[0].id,
      ]),
    );
    expect(audited.rows).toEqual([{ actor: admin.userId }]);
    expect(await inSchema("SELECT 1 FROM operation_parts")).toEqual([]);
  });

  it("is one operation for all requests with one key, and changes nothing when it is sent without a key", async () => {
    const table = "type,name,externalKey\nperson,Twice,twice-1\n";
    const headers = { "Idempotency-Key": randomUUID() };
    const first = await send(table, { headers });
    const again = await send(table, { headers });
    expect(idOf(again)).toBe(idOf(first));
    const other = await send(`${table}person,Other,twice-2\n`, { headers });
    expect(other.body.error.code).toBe("IDEMPOTENCY_KEY_REUSED");
    await ended(idOf(first));
    const repeated = await send(table);
    await ended(idOf(repeated));
    expect((await reportOf(idOf(repeated)))[1]).toMatch(/^2,exists,[0-9a-f-]{36},,$/);
    expect((await admin.call("GET", "/customers?search=twice-1")).body.data).toHaveLength(1);
    expect(await inSchema("SELECT 1 FROM operations WHERE state = 'receiving'")).toEqual([]);
  });

  it("only validates the rows of a dry run", async () => {
    const before = await inSchema("SELECT count(*) FROM customers");
    const accepted = await send("type,name\nperson,Dry\nperson,\n", { query: "?dryRun=true" });
    const { body } = await ended(idOf(accepted));
    expect(body.data.attributes).toMatchObject({ state: "succeeded", dryRun: true, done: 2, refused: 1 });
    expect(await reportOf(idOf(accepted))).toEqual([
      "line,outcome,id,field,message",
      "2,valid,,,",
      "3,refused,,name,write the customer's name",
    ]);
    expect(await inSchema("SELECT count(*) FROM customers")).toEqual(before);
  });

  it("is readable for its author and for a user who may manage all operations, and for no other user", async () => {
    const [one, other] = [
      await agent(runtime, admin, "one@north.example"),
      await agent(runtime, admin, "other@north.example"),
    ];
    const accepted = await send("type,name\nperson,Mine\n", { as: one });
    const path = `/operations/${idOf(accepted)}`;
    expect((await one.call("GET", path)).status).toBe(200);
    expect((await admin.call("GET", path)).status).toBe(200);
    for (const [method, address] of [
      ["GET", path],
      ["GET", `${path}/report`],
      ["POST", `${path}/cancellation`],
    ] as const)
      expect((await other.call(method, address)).status, address).toBe(404);
  });

  const many = (rows: number, name = "Row") =>
    `type,name\n${Array.from({ length: rows }, (_, index) => `person,${name} ${index}\n`).join("")}`;

  it("stops when it is cancelled, and cannot be cancelled after its end", async () => {
    const id = idOf(await send(many(3_000, "Cancelled")));
    const cancelled = await admin.call("POST", `/operations/${id}/cancellation`);
    expect(cancelled.body.data.attributes).toMatchObject({ state: "cancelled", total: 3_000 });
    const { done } = cancelled.body.data.attributes;
    expect(done).toBeLessThan(3_000);
    const again = await admin.call("POST", `/operations/${id}/cancellation`);
    expect([again.status, again.body.error.code]).toEqual([409, "OPERATION_ENDED"]);
    // A later operation in the same queue is done after this one's last part.
    await ended(idOf(await send(many(1, "After"))));
    const [{ count }] = await inSchema(
      "SELECT count(*)::integer FROM customers WHERE name LIKE 'Cancelled %'",
    );
    expect(count).toBe(done);
    expect(await inSchema("SELECT 1 FROM operation_parts WHERE operation_id = $1", [id])).toEqual([]);
  });

  it("continues in another pod when the first is killed, and creates each row once", async () => {
    const second = await startRuntime(tenant);
    try {
      const answer = await second.call<{ data: { id: string } }>("/api/v1/customers/imports", {
        method: "POST",
        body: many(600, "Survivor"),
        headers: { ...csv, Authorization: `Bearer ${admin.accessToken}` },
      });
      const id = answer.body.data.id;
      await until(
        () => inSchema("SELECT done FROM operations WHERE id = $1", [id]),
        ([{ done }]) => done > 0,
      );
      second.signal("SIGKILL");
      await second.exited;
      // Wakes the other pod, which checks on its own every 30 s.
      await send(many(1, "Waker"));
      const { body } = await ended(id);
      expect(body.data.attributes).toMatchObject({ state: "succeeded", done: 600, refused: 0 });
    } finally {
      await second[Symbol.asyncDispose]();
    }
    const [{ count }] = await inSchema(
      "SELECT count(*)::integer FROM customers WHERE name LIKE 'Survivor %'",
    );
    expect(count).toBe(600);
  });

  it("counts against the provider's bulk limit only when it is accepted for the first time", async () => {
    const remaining = ({ headers }: { headers: IncomingMessage["headers"] }) =>
      Number(headers["ratelimit-remaining"]);
    const headers = { "Idempotency-Key": randomUUID() };
    const before = await send(many(1, "Counted"), { headers });
    await ended(idOf(before));
    const refused = await Promise.all([
      send(many(1), { headers: { "Content-Type": "text/plain" } }),
      send(many(1), { headers: { "Content-Encoding": "gzip" } }),
      send("nonsense"),
      send('type,name\nperson,"open'),
      send("name,email\nAnn,ann@example.com\n"),
      send(many(1, "Counted"), { headers }),
    ]);
    expect(refused.map(({ status }) => status)).toEqual([415, 415, 422, 400, 422, 202]);
    const after = await send(many(1, "Counted"));
    await ended(idOf(after));
    expect(remaining(after)).toBe(remaining(before) - 1);
  });

  it("is refused when five are in progress already", async () => {
    const insert = `INSERT INTO operations (id, kind, state, created_by, expires_at)
      SELECT gen_random_uuid(), 'test.held', 'waiting', 'x', now() + interval '1 day' FROM generate_series(1, 5)`;
    await inSchema(insert);
    const refused = await send(many(1));
    expect([refused.status, refused.body.error.code]).toEqual([409, "OPERATION_LIMIT_REACHED"]);
    await inSchema("DELETE FROM operations WHERE kind = 'test.held'");
    const headers = { "Idempotency-Key": randomUUID() };
    const first = await send(many(1, "Held"), { headers });
    await ended(idOf(first));
    await inSchema(insert);
    const again = await send(many(1, "Held"), { headers });
    expect([again.status, idOf(again), again.headers["idempotency-replayed"]]).toEqual([
      202,
      idOf(first),
      "true",
    ]);
    const other = await send(many(2, "Held"), { headers });
    expect(other.body.error.code).toBe("IDEMPOTENCY_KEY_REUSED");
    await inSchema("DELETE FROM operations WHERE kind = 'test.held'");
  });
});

/** The answer to a request for an export, with an unread body. */
async function exported(path: string): Promise<IncomingMessage> {
  const sent = request(`https://localhost:${await runtime.port("api")}/api/v1${path}`, {
    ca: runtime.authority.certificate,
    headers: { Authorization: `Bearer ${admin.accessToken}` },
    agent: new Agent({ keepAlive: false }),
  });
  sent.end();
  const [answer] = await once(sent, "response");
  return answer;
}

async function wholeOf(answer: IncomingMessage): Promise<string[]> {
  let text = "";
  for await (const chunk of answer.setEncoding("utf8")) text += chunk;
  return text.trimEnd().split("\r\n");
}

describe("an export of customers", () => {
  it("holds the customers of the list with these filters, guards formulas, and can be imported again", async () => {
    const made = await admin.call("POST", "/customers", {
      type: "person",
      name: '=HYPERLINK("http://evil.example")',
      phone: "+33199001234",
      externalKey: "exp-1",
      serviceAddress: { city: "Brest" },
    });
    const [header = "", ...lines] = await wholeOf(
      await exported("/customers/export?city=brest&fields=type,name,phone,externalKey,serviceAddress"),
    );
    expect(header).toContain("id,type,name,externalKey,phone,serviceAddress.street,serviceAddress.city");
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`"'=HYPERLINK(""http://evil.example"")"`);
    expect(lines[0]).toContain("'+33199001234");
    const id = idOf(await send([header, ...lines].join("\r\n").replaceAll("exp-1", "exp-2")));
    expect((await ended(id)).body.data.attributes).toMatchObject({ done: 1, refused: 0 });
    const copy = (await admin.call("GET", "/customers?search=exp-2")).body.data[0].attributes;
    const { name, phone, serviceAddress } = made.body.data.attributes;
    expect(copy).toMatchObject({ name, phone, serviceAddress });
    const { rows } = await withClient(tenant.database.superuser, (client) =>
      client.query(`SELECT details FROM audit.t_${tenant.id} WHERE action = 'customer.exported'`),
    );
    expect(rows).toEqual([{ details: { filters: ["city"], sort: "-createdAt" } }]);
  });

  it("can be imported again with all of its columns", async () => {
    await admin.call("POST", "/customers", {
      type: "person",
      name: "'=1",
      externalKey: "all-1",
      notes: "a\r=b",
    });
    const table = await wholeOf(await exported("/customers/export?search=all-1"));
    expect(table[0]).toContain("accountNumber");
    const id = idOf(await send(table.join("\r\n").replaceAll("all-1", "all-2")));
    expect((await ended(id)).body.data.attributes).toMatchObject({ done: 1, refused: 0 });
    const [copy] = (await admin.call("GET", "/customers?search=all-2")).body.data;
    expect(copy.attributes).toMatchObject({ name: "'=1", notes: "a\r=b" });
  });

  it("is refused for a wrong query like any other request", async () => {
    const answer = await admin.call("GET", "/customers/export?limit=3");
    expect(answer.body.error.code).toBe("VALIDATION_ERROR");
  });

  it("waits for a slow reader of 50,000 rows in constant memory and without a transaction", async () => {
    await inSchema(`INSERT INTO customers (id, account_number, type, status, name, name_folded, name_words, language)
      SELECT gen_random_uuid(), (90000000 + n)::text, 'company', 'prospect', repeat('n', 190) || n, 'n' || n, '', 'en'
        FROM generate_series(1, 50000) n`);
    const total = Number((await inSchema("SELECT count(*) FROM customers"))[0].count);
    const answer = await exported("/customers/export");
    answer.pause();
    const heap = async () =>
      Number(
        /^nodejs_heap_size_used_bytes (\S+)/m.exec((await runtime.manage<string>("/metrics")).body)?.[1],
      );
    // It has sent as much as the sockets hold, and waits.
    const sockets = async () =>
      inSchema(`SELECT count(*)::integer FROM pg_stat_activity
        WHERE usename LIKE 't_${tenant.id}_app_%' AND state <> 'idle'`);
    await until(sockets, ([{ count }]) => count === 0);
    expect(await heap()).toBeLessThan(150 * 1024 * 1024);
    let rows = -1;
    let most = 0;
    for await (const chunk of answer.setEncoding("utf8")) {
      const before = Math.floor(rows / 10_000);
      // A chunk may end between the two characters of a line end.
      rows += chunk.split("\n").length - 1;
      if (Math.floor(rows / 10_000) > before) most = Math.max(most, await heap());
    }
    expect(rows).toBe(total);
    expect(most).toBeLessThan(150 * 1024 * 1024);
  });

  it("breaks off visibly when it fails in the middle", async () => {
    const answer = await exported("/customers/export");
    answer.pause();
    await inSchema("ALTER TABLE customers RENAME TO hidden");
    await expect(wholeOf(answer)).rejects.toThrow(/aborted/);
    await inSchema("ALTER TABLE hidden RENAME TO customers");
    expect((await admin.call("GET", "/customers?limit=1")).status).toBe(200);
  });
});
