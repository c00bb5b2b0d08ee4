import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, inject, it } from "vitest";
import { withClient } from "../../../../../harness/services/postgres.ts";
import type {} from "../../../../../harness/services/vitest.ts";
import { openSchemaDatabase } from "../../../../test/testing/database/tenant-database.ts";
import { testCommand } from "../../../../test/testing/inputs/command.ts";
import { createTenantSchema, type TenantSchema } from "../../../../test/testing/process/test-tenant.ts";
import { createRecorder } from "../../../module/record.ts";
import type { Transaction } from "../../../platform/database/database.ts";
import type { RotatingDatabase } from "../../../platform/database/rotating-database.ts";
import { rehearsal } from "../../../platform/database/savepoint.ts";
import { createAudit } from "../../../platform/events/audit.ts";
import { openEncryption } from "../../../platform/secrets/encryption.ts";
import { customerListing } from "../listing.ts";
import { type CustomerService, createCustomerService } from "../service.ts";
import type { CustomerDetails } from "../store/models.ts";

let schema: TenantSchema;
let database: RotatingDatabase;
let customers: CustomerService;
/** The number of customers that others saw at each invalidation. */
const seen: number[] = [];

beforeAll(async () => {
  const server = inject("postgres18");
  schema = await createTenantSchema(server);
  await schema.migrate();
  database = openSchemaDatabase(server, schema);
  const keys = { dataKey: randomBytes(32).toString("hex"), indexKey: randomBytes(32).toString("hex") };
  const vault = { unwrap: async (ciphertext: string) => Buffer.from(ciphertext, "hex") };
  const world = { encryption: await openEncryption({ vault, keys }), country: "FR" };
  const cache = {
    through: <Value>(_scope: string, _key: string, load: () => Promise<Value>) => load(),
    invalidate: async () => void seen.push(await count()),
  };
  const recorder = createRecorder(createAudit(schema.id));
  customers = createCustomerService({ ...world, cache, recorder, database }, customerListing(world));
});
afterAll(async () => {
  await database?.close();
  await schema?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await withClient(schema.database.superuser, (client) =>
    client.query(`DELETE FROM t_${schema.id}.customers`),
  );
  seen.length = 0;
});

const count = () =>
  withClient(schema.database.superuser, async (client) => {
    const { rows } = await client.query(`SELECT count(*)::integer AS count FROM t_${schema.id}.customers`);
    return rows[0].count as number;
  });

const details: CustomerDetails = {
  type: "person",
  status: "prospect",
  name: "Ann",
  contactName: null,
  externalKey: null,
  language: "fr",
  email: null,
  phone: null,
  taxId: null,
  birthDate: null,
  notes: null,
  serviceAddress: null,
  billingAddress: null,
};

const create = (within?: Transaction) =>
  customers.create(details, { ...testCommand(), ...(within && { within }) });

it("a change invalidates the cache when it is committed", async () => {
  await create();
  expect(seen).toEqual([1]);
});

it("changes in one transaction invalidate the cache once, after its commit", async () => {
  await database.transaction(async (transaction) => {
    await create(transaction);
    await create(transaction);
    expect(seen).toEqual([]);
  });
  expect(seen).toEqual([2]);
});

it("changes of a rehearsal or of a failed transaction invalidate nothing", async () => {
  await database.transaction((transaction) => rehearsal(transaction, (within) => create(within)));
  const failing = database.transaction(async (transaction) => {
    await create(transaction);
    throw new Error("undone");
  });
  await expect(failing).rejects.toThrow("undone");
  expect(await count()).toBe(0);
  expect(seen).toEqual([]);
});
