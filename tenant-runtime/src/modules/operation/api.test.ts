import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type {} from "../../../../harness/services/vitest.ts";
import { type ServedTenant, serveTenant } from "../../../test/testing/clients/serve-tenant.ts";
import { agent, type Staff } from "../../../test/testing/clients/staff.ts";
import { openWebSocket } from "../../../test/testing/clients/web-socket-client.ts";
import { querySchema } from "../../../test/testing/database/query-schema.ts";
import type { RuntimeProcess } from "../../../test/testing/process/runtime-process.ts";
import type { TestTenant } from "../../../test/testing/process/test-tenant.ts";

let tenant: TestTenant;
let runtime: RuntimeProcess;
let admin: Staff;
let clerk: Staff;
let served: ServedTenant;
beforeAll(async () => {
  served = await serveTenant();
  ({ tenant, runtime, admin } = served);
  clerk = await agent(runtime, admin, "clerk@north.example");
});
afterAll(() => served?.[Symbol.asyncDispose]());
afterEach(() => inSchema("DELETE FROM operations"));

const inSchema = (text: string, values?: readonly unknown[]) => querySchema(tenant, text, values);

/** Inserts an operation of this user, and returns its id. `minutes`: its age. */
async function operation(of: string, state: string, minutes: number): Promise<string> {
  const ended = !["receiving", "waiting", "running"].includes(state);
  const [{ id }] = await inSchema(
    `INSERT INTO operations (id, kind, state, created_by, created_at, finished_at, error, expires_at)
     VALUES (gen_random_uuid(), 'test.held', $1, $2, now() - make_interval(mins => $3), $4, $5, now() + interval '1 day')
     RETURNING id`,
    [state, of, minutes, ended ? new Date() : null, state === "failed" ? { code: "X", message: "" } : null],
  );
  return id;
}

const idsOf = ({ body }: Awaited<ReturnType<Staff["call"]>>) =>
  body.data.map(({ id }: { readonly id: string }) => id);

describe("the topic operations", () => {
  const following = async (person: Staff, after?: unknown) => {
    const client = await openWebSocket(runtime, { Authorization: `Bearer ${person.accessToken}` });
    client.say({ type: "subscribe", topics: ["operations"], after });
    return client;
  };
  const importOne = async (person: Staff) =>
    (
      await person.call("POST", "/customers/imports", "type,name\nperson,Ann\n", {
        "Content-Type": "text/csv",
      })
    ).body.data.id;

  it("tells each user of their own operations and an administrator of all, live and after a reconnection", async () => {
    using all = await following(admin);
    using own = await following(clerk);
    const { sequence } = await all.hear();
    expect(await own.hear()).toMatchObject({ type: "subscribed", topics: ["operations"] });
    const ended = (id: string, { userId }: Staff) => ({
      topic: "operations",
      event: {
        type: "operation.ended",
        entity: { type: "operation", id },
        data: { createdBy: userId, state: "succeeded", done: 1, total: 1 },
      },
    });
    const others = await importOne(admin);
    expect(await all.hear()).toMatchObject(ended(others, admin));
    const mine = await importOne(clerk);
    expect(await all.hear()).toMatchObject(ended(mine, clerk));
    expect(await own.hear()).toMatchObject(ended(mine, clerk));
    using again = await following(clerk, sequence);
    expect(await again.hear()).toMatchObject(ended(mine, clerk));
    expect(await again.hear()).toMatchObject({ type: "subscribed" });
  });
});

describe("the list of operations", () => {
  it("has the operations of the user, and all of them for an administrator, the newest first", async () => {
    const other = await operation("somebody", "running", 1);
    const own = [
      await operation(clerk.userId, "waiting", 0),
      await operation(clerk.userId, "failed", 2),
      await operation(clerk.userId, "succeeded", 3),
    ];
    await operation(clerk.userId, "receiving", 0);
    expect(idsOf(await clerk.call("GET", "/operations"))).toEqual(own);
    const all = await admin.call("GET", "/operations");
    expect(idsOf(all)).toEqual([own[0], other, own[1], own[2]]);
    const one = await clerk.call("GET", `/operations/${own[0]}`);
    expect(all.body.data[0]).toEqual(one.body.data);
  });

  it("filters by state, so that an administrator can cancel an operation in progress", async () => {
    await operation("somebody", "succeeded", 0);
    const stuck = await operation("somebody", "waiting", 1);
    const found = await admin.call("GET", "/operations?state=waiting,running");
    expect(idsOf(found)).toEqual([stuck]);
    expect((await admin.call("POST", `/operations/${stuck}/cancellation`)).status).toBe(200);
    expect(idsOf(await admin.call("GET", "/operations?state=waiting,running"))).toEqual([]);
    expect(idsOf(await admin.call("GET", "/operations?state=cancelled"))).toEqual([stuck]);
  });

  it("comes in pages, each operation once, also those of the same instant", async () => {
    await inSchema(
      `INSERT INTO operations (id, kind, state, created_by, finished_at, expires_at)
       SELECT gen_random_uuid(), 'test.held', 'succeeded', $1, now(), now() + interval '1 day' FROM generate_series(1, 5)`,
      [clerk.userId],
    );
    const seen: string[] = [];
    let path: string | undefined = "/operations?limit=2";
    let pages = 0;
    while (path !== undefined) {
      const page = await clerk.call("GET", path);
      seen.push(...idsOf(page));
      path = page.body.links.next?.replace("/api/v1", "");
      pages += 1;
    }
    expect(pages).toBe(3);
    expect(seen).toHaveLength(5);
    expect(new Set(seen).size).toBe(5);
  });

  it.each([
    ["state=receiving", "state", `write one of "waiting", "running", "succeeded"`],
    ["cursor=made-up", "cursor", "use the cursor of links.next as it is"],
    ["sort=createdAt", "sort", "leave it out"],
  ])("refuses %s with advice", async (query, field, message) => {
    const { status, body } = await clerk.call("GET", `/operations?${query}`);
    expect(status).toBe(422);
    expect(body.error.details).toEqual([{ in: "query", field, message: expect.stringContaining(message) }]);
  });
});
