import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { login, withClient } from "../../../../harness/services/postgres.ts";
import { testCommand } from "../../../test/testing/inputs/command.ts";
import { createTestTenant, type TestTenant } from "../../../test/testing/process/test-tenant.ts";
import { createRecorder } from "../../module/record.ts";
import type { Database } from "../../platform/database/database.ts";
import { createAudit } from "../../platform/events/audit.ts";
import { openEncryption } from "../../platform/secrets/encryption.ts";
import { customerListing } from "./listing.ts";
import { createCustomerService } from "./service.ts";
import type { CustomerDetails } from "./store/models.ts";

const command = testCommand();
const details: CustomerDetails = {
  type: "person",
  status: "prospect",
  name: "Inès Moreau",
  contactName: null,
  externalKey: null,
  language: "fr",
  email: "ines@example.com",
  phone: "+33199001234",
  taxId: null,
  birthDate: null,
  notes: null,
  serviceAddress: null,
  billingAddress: null,
};

let tenant: TestTenant;
let pool: pg.Pool;

beforeAll(async () => {
  tenant = await createTestTenant();
  pool = new pg.Pool(login(inject("postgres18"), tenant.database.name, tenant.logins.a, tenant.password));
  pool.on("error", () => {});
});
afterAll(async () => {
  await pool?.end();
  await tenant?.[Symbol.asyncDispose]();
});

/** The tenant's own login. `beforeCommit` may fail the transaction. */
function database(beforeCommit: () => void = () => {}): Database {
  return {
    async transaction(work) {
      const client = await pool.connect();
      try {
        await client.query("BEGIN");
        const result = await work({
          query: async (text, values) => {
            const { rows, rowCount } = await client.query(
              text,
              values === undefined ? undefined : [...values],
            );
            return { rows, rowCount: rowCount ?? 0 };
          },
          announce: () => {},
          afterCommit: () => {},
          afterCommitOnce: () => {},
        });
        beforeCommit();
        await client.query("COMMIT");
        return result;
      } catch (error) {
        await client.query("ROLLBACK");
        throw error;
      } finally {
        client.release();
      }
    },
  };
}

const world = openWorld();

async function openWorld() {
  const keys = { dataKey: randomBytes(32).toString("hex"), indexKey: randomBytes(32).toString("hex") };
  const vault = { unwrap: async (ciphertext: string) => Buffer.from(ciphertext, "hex") };
  const cache = {
    through: <Value>(_scope: string, _key: string, load: () => Promise<Value>) => load(),
    invalidate: async () => {},
  };
  return { cache, encryption: await openEncryption({ vault, keys }), country: "FR" };
}

async function service(over: Database = database()) {
  const opened = await world;
  const recorder = createRecorder(createAudit(tenant.id));
  return createCustomerService({ ...opened, recorder, database: over }, customerListing(opened));
}

async function counts(): Promise<Record<string, string>> {
  return withClient(tenant.database.superuser, async (client) => {
    const { rows } = await client.query(`
      SELECT (SELECT count(*) FROM t_${tenant.id}.customers) AS customers,
        (SELECT count(*) FROM t_${tenant.id}.outbox_events) AS events,
        (SELECT count(*) FROM audit.t_${tenant.id}) AS audits`);
    return rows[0];
  });
}

describe("a command on customers", () => {
  it.each(["create", "change", "remove"] as const)(
    "to %s leaves one audit row and one event, or nothing when it fails",
    async (verb) => {
      const working = await service();
      const { id } = await working.create(details, command);
      const run = {
        create: (customers: Awaited<ReturnType<typeof service>>) => customers.create(details, command),
        change: (customers: Awaited<ReturnType<typeof service>>) =>
          customers.change(id, (current) => ({ ...current, name: "Other" }), command),
        remove: (customers: Awaited<ReturnType<typeof service>>) => customers.remove(id, command),
      }[verb];
      const before = await counts();
      const failing = database(() => {
        throw new Error("the power went out");
      });
      await expect(run(await service(failing))).rejects.toThrow("the power went out");
      expect(await counts()).toEqual(before);
      await run(working);
      const after = await counts();
      expect(Number(after.audits) - Number(before.audits)).toBe(1);
      expect(Number(after.events) - Number(before.events)).toBe(1);
    },
  );
});

describe("a row of customers", () => {
  it("does not open the sealed email of another row", async () => {
    const customers = await service();
    const [mine, other] = [
      await customers.create(details, command),
      await customers.create(details, command),
    ];
    await withClient(tenant.database.superuser, (client) =>
      client.query(
        `UPDATE t_${tenant.id}.customers SET email_sealed = (SELECT email_sealed FROM t_${tenant.id}.customers WHERE id = $2) WHERE id = $1`,
        [mine.id, other.id],
      ),
    );
    await expect(customers.retrieve(mine.id)).rejects.toThrow(/moved there/);
    expect((await customers.retrieve(other.id)).email).toBe(details.email);
  });
});

describe("a licence for a number of customers", () => {
  it("is never exceeded, even by many creations at once", async () => {
    const customers = await service();
    const { customers: present } = await counts();
    const limit = Number(present) + 5;
    const licence = (max: number | null) =>
      withClient(tenant.database.superuser, (client) =>
        client.query("UPDATE public.licenses SET max_customers = $1 WHERE tenant_id = $2", [max, tenant.id]),
      );
    await withClient(tenant.database.superuser, (client) =>
      client.query(`UPDATE t_${tenant.id}.customers SET deleted_at = NULL, status = 'active'`),
    );
    await licence(limit);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 12 }, () => customers.create(details, command)),
    );
    await licence(null);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") expect(outcome.reason.code).toBe("CUSTOMER_LIMIT_REACHED");
    }
  });
});
