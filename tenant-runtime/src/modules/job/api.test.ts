import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { withClient } from "../../../../harness/services/postgres.ts";
import type {} from "../../../../harness/services/vitest.ts";
import { type ServedTenant, serveTenant } from "../../../test/testing/clients/serve-tenant.ts";
import { agent, type Staff } from "../../../test/testing/clients/staff.ts";
import { querySchema } from "../../../test/testing/database/query-schema.ts";
import type { TestTenant } from "../../../test/testing/process/test-tenant.ts";

let tenant: TestTenant;
let admin: Staff;
let served: ServedTenant;
beforeAll(async () => {
  served = await serveTenant();
  ({ tenant, admin } = served);
});
afterAll(() => served?.[Symbol.asyncDispose]());
afterEach(() => inSchema("DELETE FROM jobs; DELETE FROM operations"));

const inSchema = (text: string, values?: readonly unknown[]) => querySchema(tenant, text, values);

const columns = {
  waiting: "run_at = now() + interval '1 hour'",
  running: "run_at = now() + interval '1 hour', taken_at = now(), attempts = 1",
  dead: "failed_at = now(), attempts = 10, last_error = 'PostgreSQL 22012'",
};

/** Inserts a job in this state, and returns its id. `minutes`: its age. */
async function job(state: keyof typeof columns, minutes = 0, kind = "test.held"): Promise<string> {
  const [{ id }] = await inSchema(
    `INSERT INTO jobs (id, kind, input, created_at)
     VALUES (gen_random_uuid(), $1, '{"name": "Ines"}', now() - make_interval(mins => $2)) RETURNING id`,
    [kind, minutes],
  );
  await inSchema(`UPDATE jobs SET ${columns[state]} WHERE id = $1`, [id]);
  return id;
}

const idsOf = ({ body }: Awaited<ReturnType<Staff["call"]>>) =>
  body.data.map(({ id }: { readonly id: string }) => id);
const audited = () =>
  withClient(tenant.database.superuser, async (client) => {
    const text = `SELECT action, entity_id, details FROM audit.t_${tenant.id} WHERE entity_type = 'job'`;
    return (await client.query(text)).rows;
  });

describe("the list of jobs", () => {
  it("shows the state, attempts and last error of each, and nothing of its input", async () => {
    const ids = [await job("waiting", 0), await job("running", 1), await job("dead", 2)];
    const all = await admin.call("GET", "/jobs");
    expect(idsOf(all)).toEqual(ids);
    const shown = all.body.data.map(({ attributes }: { attributes: object }) => attributes);
    const instant = expect.stringMatching(/Z$/);
    const waits = {
      attempts: 0,
      lastError: null,
      createdAt: instant,
      dueAt: instant,
      takenAt: null,
      failedAt: null,
    };
    expect(shown).toEqual([
      { kind: "test.held", state: "waiting", ...waits },
      { kind: "test.held", state: "running", ...waits, attempts: 1, takenAt: instant },
      {
        kind: "test.held",
        state: "dead",
        ...waits,
        attempts: 10,
        lastError: "PostgreSQL 22012",
        dueAt: null,
        failedAt: instant,
      },
    ]);
    expect((await admin.call("GET", `/jobs/${ids[2]}`)).body.data).toEqual(all.body.data[2]);
    expect(JSON.stringify(all.body)).not.toContain("Ines");
  });

  it("finds jobs by state and kind, in pages, each once", async () => {
    const dead = [await job("dead", 1), await job("dead", 2), await job("dead", 3)];
    await job("waiting");
    const other = await job("dead", 4, "test.other");
    const first = await admin.call("GET", "/jobs?state=dead&limit=2");
    const second = await admin.call("GET", first.body.links.next.replace("/api/v1", ""));
    expect([...idsOf(first), ...idsOf(second)]).toEqual([...dead, other]);
    expect(second.body.links.next).toBeUndefined();
    expect(idsOf(await admin.call("GET", "/jobs?kind=test.other"))).toEqual([other]);
  });

  it("is for administrators", async () => {
    const clerk = await agent(served.runtime, admin, "clerk@north.example");
    expect((await clerk.call("GET", "/jobs")).status).toBe(403);
  });
});

describe("a job that was given up", () => {
  it("can be repeated once, with all of its attempts, and the audit trail records it", async () => {
    const id = await job("dead");
    const repeated = await admin.call("POST", `/jobs/${id}/repetition`);
    expect([repeated.status, repeated.body.data.attributes]).toMatchObject([
      200,
      { state: "waiting", attempts: 0, lastError: "PostgreSQL 22012", failedAt: null },
    ]);
    const again = await admin.call("POST", `/jobs/${id}/repetition`);
    expect([again.status, again.body.error.code]).toEqual([409, "JOB_NOT_DEAD"]);
    const details = { kind: "test.held", state: "dead", attempts: 10 };
    expect(await audited()).toContainEqual({ action: "job.repeated", entity_id: id, details });
  });

  it("cannot be repeated while its kind has the most waiting jobs that are allowed", async () => {
    const id = await job("dead");
    await inSchema(`INSERT INTO jobs (id, kind, input, run_at)
      SELECT gen_random_uuid(), 'test.held', '{}', now() + interval '1 hour' FROM generate_series(1, 10000)`);
    const refused = await admin.call("POST", `/jobs/${id}/repetition`);
    expect([refused.status, refused.body.error.code]).toEqual([503, "JOBS_FULL"]);
    expect(refused.headers["retry-after"]).toBe("5");
    expect((await admin.call("GET", `/jobs/${id}`)).body.data.attributes.state).toBe("dead");
  });
});

describe("a job that is dropped", () => {
  it.each(["waiting", "dead"] as const)(
    "is deleted from the state %s, and the audit trail records it",
    async (state) => {
      const id = await job(state);
      expect((await admin.call("DELETE", `/jobs/${id}`)).status).toBe(204);
      expect((await admin.call("GET", `/jobs/${id}`)).status).toBe(404);
      expect((await admin.call("DELETE", `/jobs/${id}`)).status).toBe(404);
      const details = { kind: "test.held", state, attempts: state === "dead" ? 10 : 0 };
      expect(await audited()).toContainEqual({ action: "job.dropped", entity_id: id, details });
    },
  );

  it("stays while a worker holds it", async () => {
    const id = await job("running");
    await withClient(tenant.database.superuser, async (worker) => {
      await worker.query(`BEGIN; SET LOCAL search_path = t_${tenant.id}`);
      await worker.query("SELECT 1 FROM jobs WHERE id = $1 FOR UPDATE", [id]);
      const refused = await admin.call("DELETE", `/jobs/${id}`);
      expect([refused.status, refused.body.error.code]).toEqual([409, "JOB_RUNNING"]);
    });
    expect((await admin.call("DELETE", `/jobs/${id}`)).status).toBe(204);
  });

  it("fails the operation that it is a part of", async () => {
    const [{ id: operation }] = await inSchema(
      `INSERT INTO operations (id, kind, state, created_by, expires_at)
       VALUES (gen_random_uuid(), 'customers.import', 'waiting', 'test', now() + interval '1 day') RETURNING id`,
    );
    const id = await job("waiting", 0, "customers.import operation");
    await inSchema("UPDATE jobs SET input = jsonb_build_object('id', $1::text)", [operation]);
    expect((await admin.call("DELETE", `/jobs/${id}`)).status).toBe(204);
    expect((await admin.call("GET", `/operations/${operation}`)).body.data.attributes).toMatchObject({
      state: "failed",
      error: { code: "INTERNAL" },
    });
  });
});
