import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { z } from "zod";
import { namesOnServers } from "../../../../../contract/tenant-ids.ts";
import { login, withClient } from "../../../../../harness/services/postgres.ts";
import type {} from "../../../../../harness/services/vitest.ts";
import { systemClock } from "../../../../../process/clock.ts";
import { createLogger } from "../../../../../process/log.ts";
import { restoredContent, schemaContent } from "../../../../test/testing/database/dumped-schema.ts";
import { openSchemaDatabase } from "../../../../test/testing/database/tenant-database.ts";
import { testCommand } from "../../../../test/testing/inputs/command.ts";
import { createTenantSchema, type TenantSchema } from "../../../../test/testing/process/test-tenant.ts";
import { createRecorder } from "../../../module/record.ts";
import { createHashing } from "../../../platform/access/passwords/hashing.ts";
import { createAudit } from "../../../platform/events/audit.ts";
import type { Cache } from "../../../platform/redis/cache.ts";
import { openEncryption } from "../../../platform/secrets/encryption.ts";
import { newUserBody } from "../../identity/schemas.ts";
import { createUserService } from "../../identity/user-service.ts";
import { customerListing } from "../listing.ts";
import { customerSchemas } from "../schemas.ts";
import { type CustomerService, createCustomerService } from "../service.ts";

const command = testCommand();
const uncached: Cache = {
  through: (_scope, _key, load) => load(),
  invalidate: async () => {},
};
const hashing = createHashing({ threads: 1 });
const schemas = customerSchemas({ country: "FR", timeZone: "Europe/Paris" }, systemClock);
const person = (fields: object) => schemas.created.parse({ type: "person", name: "Ann", ...fields });

// One word that folds to six characters of Katakana with eighteen bytes for each character.
const squareKilometres = "㌖".repeat(200);
// Squared and ligature characters in random order: their folded text cannot be compressed into an entry of an
// index.
const manyCharacters = Array.from({ length: 200 }, (_, index) =>
  String.fromCodePoint(0x3300 + ((index * 37) % 0x57)),
).join("");

afterAll(() => hashing.close());

async function openServices(schema: TenantSchema, version: 15 | 18) {
  const server = inject(version === 15 ? "postgres15" : "postgres18");
  const database = openSchemaDatabase(server, schema, { statementTimeoutMs: 15_000 });
  const keys = { dataKey: randomBytes(32).toString("hex"), indexKey: randomBytes(32).toString("hex") };
  const vault = { unwrap: async (hex: string) => Buffer.from(hex, "hex") };
  const encryption = await openEncryption({ vault, keys });
  const world = {
    database,
    encryption,
    recorder: createRecorder(createAudit(schema.id)),
    cache: uncached,
    country: "FR",
  };
  const listing = customerListing(world);
  return {
    database,
    customers: createCustomerService(world, listing),
    listing,
    users: createUserService({
      ...world,
      sessions: undefined as never,
      log: createLogger("error"),
      hashing,
      oneTimePasswordHours: 72,
    }),
  };
}

/** Any line that a client may write, including the worst ones. */
function line(longest: number) {
  const worst = ["㌖", "ﷺ", "ß", "İ", "ŉ", "\u0301", "𝔘", "\u200b", "'", "\\", "\t", "�"].map((character) =>
    character.repeat(longest),
  );
  return fc
    .oneof(
      fc.string({ unit: "binary", minLength: 1, maxLength: longest }),
      fc.string({ unit: "grapheme", minLength: 1, maxLength: longest }),
      fc.constantFrom(...worst),
    )
    .map((written) => written.slice(0, longest));
}

const customers = fc.record(
  {
    name: line(200),
    contactName: line(200),
    externalKey: fc.string({ minLength: 1, maxLength: 64 }),
    email: line(40).map((local) => `${local}@example.com`),
    taxId: line(32),
    notes: line(5_000),
    serviceAddress: fc.record({ street: line(200), city: line(100), postcode: line(16), region: line(100) }),
  },
  { requiredKeys: [] },
);

describe.each([15, 18] as const)("on PostgreSQL %i", (version) => {
  const server = inject(version === 15 ? "postgres15" : "postgres18");
  let schema: TenantSchema;
  let service: CustomerService;
  let services: Awaited<ReturnType<typeof openServices>>;
  beforeAll(async () => {
    schema = await createTenantSchema(server);
    await schema.migrate();
    services = await openServices(schema, version);
    service = services.customers;
  });
  afterAll(async () => {
    await services?.database.close();
    await schema?.[Symbol.asyncDispose]();
  });

  it("each accepted text is read back and survives a dump byte for byte", async () => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(customers, async (fields) => {
        const written = schemas.created.safeParse({
          type: "person",
          name: "Ann",
          ...fields,
          externalKey: undefined,
        });
        if (!written.success) return;
        accepted += 1;
        const { id } = await service.create(written.data, command);
        expect(await service.retrieve(id)).toMatchObject(written.data);
      }),
      { numRuns: 150 },
    );
    await fc.assert(
      fc.asyncProperty(line(200), async (name) => {
        const email = `${randomBytes(6).toString("hex")}@example.com`;
        const written = newUserBody.safeParse({ email, role: "agent", name });
        if (!written.success) return;
        accepted += 1;
        const user = await services.users.create(
          { ...written.data, name: written.data.name ?? null },
          command,
        );
        expect((await services.users.retrieve(user.id)).name).toBe(written.data.name);
      }),
      { numRuns: 10 },
    );
    expect(accepted).toBeGreaterThan(30);
    const restored = await restoredContent(server, schema.database, `t_${schema.id}`);
    expect(restored).toEqual(await schemaContent(schema.database, `t_${schema.id}`));
  });

  it.each([
    ["one word of many characters", squareKilometres],
    ["characters that cannot be compressed", manyCharacters],
    ["characters that fold to eighteen", "ﷺ".repeat(200)],
    ["letters of four bytes", "𠀀".repeat(100)],
  ])("a customer with %s is stored, and found only by its words", async (_what, name) => {
    const details = person({ name, contactName: name, serviceAddress: { city: name.slice(0, 100) } });
    const { id } = await service.create(details, command);
    expect(await service.retrieve(id)).toMatchObject({ name, contactName: name });
    const found = async (filter: object) => {
      const query = z.strictObject(services.listing.parameters).parse({ ...filter, limit: "100" });
      const { items } = await service.list(query as never);
      return items.map((customer) => customer.id);
    };
    expect(await found({ search: name.slice(0, 10) })).toContain(id);
    expect(await found({ search: name.slice(0, 100) })).toContain(id);
    expect(await found({ city: name.slice(0, 100) })).toContain(id);
    expect(await found({ search: "Nobody" })).not.toContain(id);
    await restoredContent(server, schema.database, `t_${schema.id}`);
  });

  it("the table itself refuses a word that was cut within a character, from any writer", async () => {
    const { id } = await service.create(person({ name: "Ann" }), command);
    const writer = login(
      server,
      schema.database.name,
      namesOnServers(schema.id).appLogins.a,
      schema.password,
    );
    const write = (words: string) =>
      withClient(writer, (client) =>
        client.query("UPDATE customers SET name_words = array_to_tsvector($1::text[]) WHERE id = $2", [
          [words],
          id,
        ]),
      );
    await expect(write("キロメートル".repeat(200))).rejects.toMatchObject({ code: "22021" });
    await expect(write("x".repeat(255))).rejects.toMatchObject({ constraint: "customers_name_words_whole" });
    await expect(write("字".repeat(85))).rejects.toMatchObject({ constraint: "customers_name_words_whole" });
    expect((await write("x".repeat(254))).rowCount).toBe(1);
    expect((await write("字".repeat(84))).rowCount).toBe(1);
    const fold = (column: string, bytes: number) =>
      withClient(writer, (client) =>
        client.query(`UPDATE customers SET ${column} = $1 WHERE id = $2`, ["x".repeat(bytes), id]),
      );
    await expect(fold("name_folded", 513)).rejects.toMatchObject({
      constraint: "customers_name_folded_bytes",
    });
    expect((await fold("name_folded", 512)).rowCount).toBe(1);
  });
});

describe.each([15, 18] as const)("a schema from before the bound, on PostgreSQL %i", (version) => {
  const server = inject(version === 15 ? "postgres15" : "postgres18");

  it("cannot be dumped once it holds such a word, and is repaired by its migration", async () => {
    await using schema = await createTenantSchema(server);
    await schema.migrate(4);
    const name = `t_${schema.id}`;
    const folded = "キロメートル".repeat(200);
    const insert = (
      account: number,
      customer: { name: string; folded: string; words: string[]; contact?: string },
    ) =>
      withClient(schema.database.superuser, (client) =>
        client.query(
          `INSERT INTO ${name}.customers (id, account_number, type, status, name, name_folded, name_words, contact_name, language)
           VALUES (gen_random_uuid(), $1, 'person', 'prospect', $2, $3, array_to_tsvector($4::text[]), $5, 'fr')`,
          [String(account), customer.name, customer.folded, customer.words, customer.contact ?? null],
        ),
      );
    const words = (account: number) =>
      withClient(schema.database.superuser, async (client) => {
        const { rows } = await client.query<{ words: string[]; name_folded: string; name: string }>(
          `SELECT tsvector_to_array(name_words) AS words, name_folded, name FROM ${name}.customers WHERE account_number = $1`,
          [String(account)],
        );
        return rows[0];
      });
    await insert(10_000_004, {
      name: "Élan Bo",
      folded: "elan bo",
      words: ["elan", "bo", "ann"],
      contact: "Ann",
    });
    await insert(10_000_005, { name: "x".repeat(200), folded: "x".repeat(600), words: ["x".repeat(600)] });
    await restoredContent(server, schema.database, name);
    await insert(10_000_012, { name: squareKilometres, folded, words: [folded, "ann"], contact: "Ann" });
    await insert(10_000_013, { name: "Bo", folded: "bo", words: ["bo", folded], contact: squareKilometres });
    await expect(restoredContent(server, schema.database, name)).rejects.toThrow(/invalid byte sequence/);

    await schema.migrate(6);
    await insert(10_000_014, { name: "字", folded: "字", words: ["字".repeat(254), "bo"] });
    await schema.migrate(8);
    expect((await words(10_000_014))?.words.sort()).toEqual(["bo", "字".repeat(84)]);
    expect(await restoredContent(server, schema.database, name)).toEqual(
      await schemaContent(schema.database, name),
    );
    const start = folded.slice(0, 84);
    expect(Buffer.byteLength(start)).toBe(252);
    expect((await words(10_000_004))?.words.sort()).toEqual(["ann", "bo", "elan"]);
    expect(await words(10_000_005)).toMatchObject({ words: ["x".repeat(254)], name_folded: "x".repeat(512) });
    expect(await words(10_000_012)).toMatchObject({
      name: squareKilometres,
      words: ["ann", start],
      name_folded: folded.slice(0, 170),
    });
    expect(await words(10_000_013)).toMatchObject({ words: ["bo", start], name_folded: "bo" });

    await schema.migrate();
    expect((await words(10_000_012))?.words).toEqual(expect.arrayContaining(["ann", start]));
    expect(await restoredContent(server, schema.database, name)).toEqual(
      await schemaContent(schema.database, name),
    );
  });
});
