import fc from "fast-check";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { z } from "zod";
import { withClient } from "../../../../../harness/services/postgres.ts";
import type {} from "../../../../../harness/services/vitest.ts";
import { createTenantSchema, type TenantSchema } from "../../../../test/testing/process/test-tenant.ts";
import { foldedWords, foldText } from "../../../module/fields/folded-text.ts";
import { wordVector } from "../../../module/table/word-search.ts";
import { createSearchIndex } from "../../../platform/secrets/search-index.ts";
import { customerListing } from "../listing.ts";

const encryption = { index: createSearchIndex(Buffer.alloc(32)) } as never;
const listing = customerListing({ country: "FR", encryption });
const queryOf = (search: string) =>
  z.strictObject(listing.parameters).parse({ search, limit: "100" }) as Parameters<typeof listing.page>[1];

/** The statement of a search, with the statement's values. */
async function statementOf(search: string): Promise<{ text: string; values: readonly unknown[] }> {
  const { promise, resolve } = Promise.withResolvers<{ text: string; values: readonly unknown[] }>();
  const queries = {
    async query(text: string, values: readonly unknown[]) {
      resolve({ text, values });
      return { rows: [] };
    },
  };
  await listing.page(queries as never, queryOf(search));
  return promise;
}

interface Names {
  readonly name: string;
  readonly contactName?: string;
}

describe.each([15, 18] as const)("the search for customers on PostgreSQL %i", (version) => {
  let schema: TenantSchema;
  let client: Client;
  beforeAll(async () => {
    schema = await createTenantSchema(inject(version === 15 ? "postgres15" : "postgres18"));
    await schema.migrate();
    client = new Client(schema.database.superuser);
    await client.connect();
    await client.query(`SET search_path = t_${schema.id}`);
  });
  afterAll(async () => {
    await client?.end();
    await schema?.[Symbol.asyncDispose]();
  });

  const sql = async <Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> =>
    (await client.query<Row>(text, [...values])).rows;

  /** Deletes all customers except this one. */
  async function keepOnly({ name, contactName }: Names): Promise<void> {
    await sql("DELETE FROM customers");
    await sql(
      `INSERT INTO customers (id, account_number, type, status, name, name_folded, name_words, contact_name, language)
       VALUES (gen_random_uuid(), '10000004', 'person', 'prospect', $1, $2, $3, $4, 'fr')`,
      [name, foldText(name), wordVector([name, contactName ?? null]), contactName ?? null],
    );
  }
  async function isFound(search: string): Promise<boolean> {
    const { text, values } = await statementOf(search);
    return (await sql(text, values)).length === 1;
  }

  it.each([
    ["林志玲", ["林", "志", "玲", "志玲", "林志玲"], ["鈴", "玲林"]],
    ["田中 さくら", ["田", "中", "さ", "く", "田中さくら", "田中　さくら"], ["桜"]],
    ["ﾀﾅｶ商店", ["タナカ", "ナ", "商店", "商"], ["店商"]],
    ["김철수", ["김", "철수", "수", "김철수"], ["박"]],
    ["สมชาย ใจดี", ["ส", "ชาย", "ใจดี"], ["ฮ"]],
    ["東京Tower株式会社", ["東京tower", "tower", "株式", "東京 株式"], ["ower"]],
    ["O'Brien", ["obrien", "o'brien", "O’Brien", "oʼbrien", "o brien", "brien"], ["rien"]],
    ["O’Brien-Smith", ["obrien", "obrien smith", "brien-smith", "briensmith"], ["obriensmithe"]],
    ["OBrien", ["obrien", "o'brien", "o´brien"], ["brien"]],
    ["María-José Núñez", ["maria jose", "mariajose", "jose nunez", "María José"], ["mariajosé x"]],
    ["Ronald McDonald", ["mcdonald", "mc donald", "ronald mc donald", "Mc Donald Ronald"], ["donald"]],
    ["Mc Donald", ["mcdonald", "donald", "mc donald"], ["mac donald"]],
    ["Straße & Söhne", ["strasse", "straße", "STRASSE sohne", "söhne"], ["strase"]],
    ["Bjørn Łukasz Sørensen", ["bjorn", "sorensen", "lukasz", "łukasz", "SØRENSEN"], ["soerensen"]],
    ["The M@tch", ["m@tch", "the m@tch", "M@TCH", "m@t"], ["m@tch.x", "x@tch"]],
    ["Café @ Home", ["cafe @ home", "cafe@home", "@home", "cafehome"], ["home@"]],
  ])("finds %s by %j, and not by %j", async (name, by, notBy) => {
    await keepOnly({ name });
    for (const search of by) expect(await isFound(search), search).toBe(true);
    for (const search of notBy) expect(await isFound(search), search).toBe(false);
  });

  it("finds a contact as well as the customer, and does not join the words of the two", async () => {
    await keepOnly({ name: "Nord Net", contactName: "Ann O'Neil" });
    expect([await isFound("oneil nord"), await isFound("netann")]).toEqual([true, false]);
  });

  it("finds every customer by each word of the name, by its beginning and by the whole name", async () => {
    const characters = fc.constantFrom(...Array.from("aéßøŁ'’-@ 1林東ã김スผู㌖ﷺ\u0301𠀀"));
    const names = fc
      .array(characters, { minLength: 2, maxLength: 30 })
      .map((each) => each.join("").trim())
      .filter((name) => foldedWords(name).length > 0 && name.length >= 2);
    await fc.assert(
      fc.asyncProperty(names, async (name) => {
        await keepOnly({ name });
        const words = foldedWords(name);
        const starts = words.map((word) => Array.from(word).slice(0, 3).join(""));
        const searches = [name, ...words, ...starts].filter((text) => !/^\S+@$/.test(text));
        for (const search of searches.filter((text) => Array.from(text).length >= 2))
          expect(await isFound(search), search).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  it("reads no whole table", async () => {
    await sql("DELETE FROM customers");
    await sql(
      `INSERT INTO customers (id, account_number, type, status, name, name_folded, name_words, language, notes_sealed)
       SELECT gen_random_uuid(), (10000000 + n)::text, 'person', 'prospect', word, word,
              array_to_tsvector(ARRAY[word, chr(19968 + n)]), 'fr', decode(repeat('00', 1500), 'hex')
         FROM generate_series(1, 10000) AS n, md5(n::text) AS word`,
    );
    await sql("ANALYZE customers");
    for (const search of [
      "林",
      "ス",
      "lefevre",
      "mc donald",
      "o'brien smith",
      "zoe.l",
      "06123456",
      "m@tch",
    ]) {
      const { text, values } = await statementOf(search);
      const plan = JSON.stringify(await sql(`EXPLAIN (FORMAT JSON) ${text}`, values));
      expect(plan, search).toContain("customers_name_words");
      expect(plan, search).not.toContain("customers_by_creation");
      expect(plan, search).not.toContain("Seq Scan");
    }
  });
});

describe.each([15, 18] as const)("customers from before the search words, on PostgreSQL %i", (version) => {
  it("get their search words from the migration, and keep the words they had", async () => {
    await using schema = await createTenantSchema(inject(version === 15 ? "postgres15" : "postgres18"));
    await schema.migrate(8);
    const customers: readonly Names[] = [
      { name: "林志玲", contactName: "Ann O’Neil" },
      { name: "김철수" },
      { name: "東京Tower株式会社" },
      { name: "สมชาย ใจดี", contactName: "María-José Núñez" },
      { name: "O'Brien-Smith" },
      { name: "Bjørn Łukasz Sørensen", contactName: "Œuvre & Þór" },
      { name: "Straße « Söhne »", contactName: "𠀀𠀁" },
      { name: "…" },
    ];
    const name = `t_${schema.id}`;
    const words = await withClient(schema.database.superuser, async (client) => {
      for (const [index, { name: own, contactName = null }] of customers.entries())
        await client.query(
          `INSERT INTO ${name}.customers (id, account_number, type, status, name, name_folded, name_words, contact_name, language)
           VALUES (gen_random_uuid(), $1, 'person', 'prospect', $2, $3, array_to_tsvector($4::text[]), $5, 'fr')`,
          [String(10_000_000 + index), own, foldText(own), ["earlier"], contactName],
        );
      await schema.migrate();
      const { rows } = await client.query<{ words: string[] }>(
        `SELECT tsvector_to_array(name_words) AS words FROM ${name}.customers ORDER BY account_number`,
      );
      return rows.map((row) => row.words);
    });
    const expected = customers.map(({ name: own, contactName = null }) =>
      wordVector([own, contactName])
        .split(" ")
        .flatMap((word) => (word === "" ? [] : [word.slice(1, -1)])),
    );
    for (const [index, each] of expected.entries())
      expect(new Set(words[index]), customers[index]?.name).toEqual(new Set(["earlier", ...each]));
  });
});
