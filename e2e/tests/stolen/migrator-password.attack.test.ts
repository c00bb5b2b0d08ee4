import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { namesOnServers, tenantNamespace } from "../../../contract/tenant-ids.ts";
import { until } from "../../../harness/machine/until.ts";
import { apply, cluster, read } from "../testing/live-cluster.ts";
import {
  administrator,
  deleted,
  existingTenant,
  ready,
  type SampleTenant,
  tenantManifest,
  uniqueName,
} from "../testing/sample-tenant.ts";
import { sharedTenants } from "../testing/shared-tenants.ts";
import { asAttacker, type StolenLogin, stolenLogin } from "./attacker.ts";

/** An image that no registry has, so that the migration never ends and its login stays enabled as long as possible. */
const missingImage = "localhost/dotmac/missing:1";

describe.runIf(cluster.outside)("an attacker with the password of a tenant's migrator", () => {
  const name = uniqueName("robbed");
  let south: SampleTenant;
  let stolen: StolenLogin;
  let id: string;

  beforeAll(async () => {
    ({ south } = await sharedTenants());
    await apply(tenantManifest(name, { runtime: { image: missingImage } }));
    id = await until(`the migrator's login of ${name}`, async () => {
      const found: string | undefined = (await read("tenant", name)).status?.id;
      if (found === undefined) return undefined;
      const namespace = tenantNamespace(name, found);
      const login = await stolenLogin({ namespace }, "migrator", "database.json").catch(() => undefined);
      if (login === undefined) return undefined;
      stolen = login;
      return found;
    });
  });

  afterAll(async () => {
    await deleted(name);
  });

  const asOwner = (statement: string) =>
    asAttacker(stolen, async (client) => {
      await client.query("BEGIN");
      await client.query(`SET LOCAL ROLE "${namesOnServers(id).ownerRole}"`);
      await client.query(`SET LOCAL search_path = "t_${id}"`);
      const result = await client.query(statement);
      await client.query("COMMIT");
      return result;
    });

  it("owns that tenant's schema", async () => {
    await asOwner("CREATE TABLE mine (id int)");
    expect((await asOwner("SELECT count(*)::int FROM mine")).rows).toEqual([{ count: 0 }]);
  });

  it.each([
    ["a neighbour's tables", () => `SELECT * FROM t_${south.id}.customers`],
    ["a neighbour's schema", () => `CREATE TABLE t_${south.id}.x (id int)`],
    ["a neighbour's role", () => `SET ROLE ${namesOnServers(south.id).ownerRole}`],
    ["the operator's role", () => "SET ROLE dotmac_operator"],
    [
      "functions in public",
      () => "CREATE FUNCTION public.format(text) RETURNS text LANGUAGE sql AS 'SELECT $1'",
    ],
    ["policies of shared tables", () => "DROP POLICY own_row ON public.tenants"],
    ["its licence", () => "UPDATE public.licenses SET max_customers = NULL"],
    ["its record", () => "UPDATE public.tenants SET name = 'x'"],
    [
      "event triggers",
      () =>
        "CREATE EVENT TRIGGER x ON sql_drop EXECUTE FUNCTION pg_catalog.suppress_redundant_updates_trigger()",
    ],
    ["COPY to a program", () => "COPY (SELECT 1) TO PROGRAM 'id'"],
    ["untrusted languages", () => "CREATE FUNCTION f() RETURNS int LANGUAGE c AS '/lib/x', 'f'"],
  ])("is refused %s", async (_, statement) => {
    const code = await asOwner(statement()).then(
      () => "carried out",
      (error: { code?: string }) => error.code,
    );
    expect(["42501", "42704", "0LP01"]).toContain(code);
  });

  it("can plant code for the operator, but the operator does not run it", async () => {
    const trap = `t_${id}`;
    await asOwner(
      `CREATE TABLE caught (by_whom text, at timestamptz DEFAULT now());
       CREATE FUNCTION spring() RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
       BEGIN
         IF current_user NOT LIKE '${trap}%' THEN
           GRANT USAGE ON SCHEMA ${trap} TO PUBLIC;
           INSERT INTO ${trap}.caught (by_whom) VALUES (current_user);
         END IF;
         RETURN true;
       END $$;
       CREATE FUNCTION version() RETURNS int LANGUAGE sql AS $$ SELECT CASE WHEN ${trap}.spring() THEN 9999 END $$;
       CREATE VIEW schema_migrations AS
         SELECT ${trap}.version() AS version, 'x'::text AS name, 'x'::text AS checksum, now() AS applied_at;
       GRANT ALL ON ALL TABLES IN SCHEMA ${trap} TO PUBLIC`,
    );
    await apply(tenantManifest(name, { runtime: { image: missingImage }, displayName: "Looked at again" }));
    await until("the operator to have looked at the tenant again", async () => {
      const { metadata, status } = await read("tenant", name);
      return status?.observedGeneration === metadata.generation || undefined;
    });
    expect((await asOwner("SELECT by_whom FROM caught")).rows).toEqual([]);
  });

  it("leaves the neighbour ready and serving", async () => {
    await ready(south.name);
    const tenant = await existingTenant(south.name);
    await using staff = await administrator(tenant);
    expect((await staff.client.call("GET", "/customers", { token: staff.token })).status).toBe(200);
  });
});
