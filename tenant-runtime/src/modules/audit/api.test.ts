import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withClient } from "../../../../harness/services/postgres.ts";
import type {} from "../../../../harness/services/vitest.ts";
import { type ServedTenant, serveTenant } from "../../../test/testing/clients/serve-tenant.ts";
import { type AnyAnswer, agent, anonymous, type Staff } from "../../../test/testing/clients/staff.ts";
import { until } from "../../../test/testing/process/until.ts";

let admin: Staff;
let served: ServedTenant;
beforeAll(async () => {
  served = await serveTenant();
  ({ admin } = served);
});
afterAll(() => served?.[Symbol.asyncDispose]());

const list = (query: string) => admin.call("GET", `/audit-records?${query}`);
const actionsOf = ({ body }: AnyAnswer) =>
  body.data.map(({ attributes }: { readonly attributes: { readonly action: string } }) => attributes.action);

/** Writes records of this action as the tenant's own login does, the first of them a minute old, and older ones. */
async function records(action: string, many: number): Promise<void> {
  await withClient(served.tenant.database.superuser, (client) =>
    client.query(
      `INSERT INTO audit.t_${served.tenant.id} (at, actor, action, entity_type, entity_id)
       SELECT now() - make_interval(mins => n), 'system', $1, 'test', n::text FROM generate_series(1, $2::int) AS n`,
      [action, many],
    ),
  );
}

describe("the audit trail", () => {
  it("shows a change with the user, the request and the names of fields", async () => {
    const created = await admin.call("POST", "/customers", { type: "person", name: "Ines Moreau" });
    const { id } = created.body.data;
    const found = await list(`entityType=customer&entityId=${id}`);
    expect(found.body.data).toMatchObject([
      {
        type: "audit_record",
        id: expect.stringMatching(/^\d+$/),
        attributes: {
          at: expect.stringMatching(/^20.*\.\d{6}Z$/),
          actor: admin.userId,
          action: "customer.created",
          requestId: created.headers["x-request-id"],
        },
      },
    ]);
    expect(JSON.stringify(found.body)).not.toContain("Moreau");
    const byRequest = await list(`requestId=${created.headers["x-request-id"]}`);
    expect(byRequest.body).toMatchObject({ data: found.body.data });
  });

  it("shows a refused login", async () => {
    await anonymous(served.runtime)("POST", "/auth/login", {
      email: "admin@north.example",
      password: "not the right one",
    });
    const found = await until(
      () => list(`action=session.refused&entityId=${admin.userId}`),
      ({ body }) => body.data.length > 0,
    );
    expect(new Set(actionsOf(found))).toEqual(new Set(["session.refused"]));
  });

  it("is listed in pages, the newest first and each record once", async () => {
    await records("test.paged", 5);
    const entities: string[] = [];
    let path: string | undefined = "/audit-records?action=test.paged&limit=2";
    while (path !== undefined) {
      const { body }: AnyAnswer = await admin.call("GET", path);
      for (const { attributes } of body.data) entities.push(attributes.entityId);
      path = body.links?.next?.replace("/api/v1", "");
    }
    expect(entities).toEqual(["1", "2", "3", "4", "5"]);
  });

  it("holds the records from the first instant to the last, which is left out", async () => {
    await records("test.timed", 3);
    const all = (await list("action=test.timed")).body.data;
    const [, second, third] = all.map(({ attributes }: { attributes: { at: string } }) => attributes.at);
    const from = encodeURIComponent(third);
    expect((await list(`action=test.timed&from=${from}&to=${second}`)).body.data).toEqual([all[2]]);
  });

  it.each([
    ["from=2026-03-01", "write an instant in UTC"],
    ["from=2026-02-30T00:00:00Z", "write an instant in UTC"],
    ["from=0001-01-01T00:00:00Z", "write an instant in UTC"],
    ["from=2026-03-01T00:00:00Z&to=2026-03-01T00:00:00Z", "write an instant after from"],
    ["from=2024-03-01T00:00:00Z&to=2026-03-01T00:00:00Z", "at most 366 days"],
    ["actor=", "write the id of a user"],
    [`action=${"x".repeat(129)}`, "write at most 128 characters"],
    ["cursor=e30", "use the cursor of links.next"],
    ["user=1", "user"],
  ])("is not searched with ?%s", async (query, message) => {
    const { status, body } = await list(query);
    expect([status, body.error.code]).toEqual([422, "VALIDATION_ERROR"]);
    expect(JSON.stringify(body.error.details)).toContain(message);
  });

  it("is for administrators", async () => {
    const clerk = await agent(served.runtime, admin, "clerk@north.example");
    expect((await clerk.call("GET", "/audit-records")).status).toBe(403);
  });
});
