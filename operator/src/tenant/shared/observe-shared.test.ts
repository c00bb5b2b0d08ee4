import { expect, inject, it } from "vitest";
import { bootstrapDatabase } from "../../../../harness/services/postgres/bootstrap-database.ts";
import { withClient } from "../../../../harness/services/postgres.ts";
import type {} from "../../../../harness/services/vitest.ts";
import { platformDatabase } from "../testing/database/platform-database.ts";
import { observeShared } from "./observe-shared.ts";

/** The system objects that everybody may use. */
const openToAll = `
  SELECT p.oid::regprocedure::text AS name FROM pg_proc p,
    aclexplode(coalesce(proacl, acldefault('f', proowner))) WHERE pronamespace = 'pg_catalog'::regnamespace AND grantee = 0
  UNION
  SELECT c.oid::regclass::text FROM pg_class c,
    aclexplode(coalesce(relacl, acldefault('r', relowner))) WHERE relnamespace = 'pg_catalog'::regnamespace AND grantee = 0`;

it.each(["postgres15", "postgres18"] as const)(
  "the operator observes exactly the rights that the bootstrap revokes on %s",
  async (server) => {
    await using platform = await platformDatabase(inject(server));
    await withClient(platform.database.superuser, async (client) => {
      const names = async () => new Set<string>((await client.query(openToAll)).rows.map(({ name }) => name));
      await client.query("GRANT ALL ON ALL FUNCTIONS IN SCHEMA pg_catalog TO PUBLIC");
      await client.query("GRANT ALL ON ALL TABLES IN SCHEMA pg_catalog TO PUBLIC");
      const before = await names();
      const { opened } = await observeShared(platform.postgres);
      await bootstrapDatabase(client, inject(server).passwords);
      const after = await names();
      const closed = [...before].filter((name) => !after.has(name));
      expect(closed.length).toBeGreaterThan(100);
      expect([...opened].sort()).toEqual(closed.sort());
      expect((await observeShared(platform.postgres)).opened).toEqual([]);
    });
  },
);
