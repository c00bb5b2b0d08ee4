import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import type { Client, ClientConfig } from "pg";
import { type PgBouncer, startPgBouncer } from "../../harness/services/pgbouncer.ts";
import { bootstrapDatabase } from "../../harness/services/postgres/bootstrap-database.ts";
import {
  login,
  type Postgres,
  startPostgres,
  superuser,
  withClient,
} from "../../harness/services/postgres.ts";

/**
 * Compares one database per tenant with one schema per tenant in a shared database, the baseline of the same run. It
 * starts PostgreSQL and PgBouncer with the settings of the platform's chart, and needs no cluster. A tenant is a login,
 * a schema and `tables` tables. Prints one JSON object on its last line. `TENANTS` is 1,000 by default. Creating them
 * ends after `makingSeconds`, and a round of visits after `visitingSeconds`. The output holds the numbers reached.
 */
const wanted = Number(process.env.TENANTS ?? 1_000);
const makingSeconds = 150;
/** Limit of a round of visits. */
const visitingSeconds = 120;
const tables = 8;
/** The chart's values. */
const maxConnections = 120;
const password = randomBytes(18).toString("base64url");

interface Layout {
  /** The database of a tenant. */
  database(tenant: number): string;
  /** Creates the database or schema for a tenant's tables. */
  prepare(client: Client, tenant: number): Promise<void>;
}

const layouts: Readonly<Record<string, Layout>> = {
  oneDatabase: { database: () => "dotmac", prepare: async () => {} },
  databasePerTenant: {
    database: (tenant) => `d_${tenant}`,
    prepare: async (client, tenant) => {
      await client.query(`CREATE DATABASE d_${tenant} TEMPLATE one STRATEGY FILE_COPY`);
    },
  },
};

const results: Record<string, object> = {};
for (const [name, layout] of Object.entries(layouts)) {
  process.stderr.write(`${name}\n`);
  results[name] = await measure(layout);
}
console.log(JSON.stringify({ benchmark: "databases", wanted, tables, maxConnections, ...results }));

async function measure(layout: Layout): Promise<object> {
  await using postgres = await startPostgres({
    version: 15,
    settings: { log_statement: "none", max_connections: String(maxConnections), shared_buffers: "128MB" },
  });
  const others = await pidsOf("pgbouncer");
  await using pooler = await startPgBouncer(postgres, { authority: postgres.authority });
  const [poolerPid = 0] = (await pidsOf("pgbouncer")).filter((pid) => !others.includes(pid));
  const postmaster = await postmasterOf(postgres);
  await makeTemplate(postgres);
  const making = await makeTenants(postgres, layout);
  const idleBefore = await cpuSeconds(postmaster);
  await new Promise((resolve) => setTimeout(resolve, 20_000));
  const idleCpu = (await cpuSeconds(postmaster)) - idleBefore;
  const first = await visitAll(postgres, pooler, layout, making.tenants);
  const again = await visitAll(postgres, pooler, layout, making.tenants);
  return {
    tenants: making.tenants,
    makeMilliseconds: round(making.milliseconds / making.tenants),
    diskMegabytesPerTenant: round(making.megabytes / making.tenants, 2),
    idleCpuPercent: round((idleCpu / 20) * 100, 1),
    first,
    again,
    backends: await backends(postgres),
    backendsOfThePoolersLogin: await backends(postgres, "pgbouncer_auth"),
    postgresMegabytes: round(await proportionalMegabytes(await family(postmaster))),
    poolerMegabytes: round(await proportionalMegabytes([poolerPid]), 1),
  };
}

/** Creates the template of all databases: the pooler's look-up runs in the database that its client names. */
async function makeTemplate(postgres: Postgres): Promise<void> {
  await withClient(superuser(postgres, "postgres"), (client) => client.query("CREATE DATABASE one"));
  await withClient(superuser(postgres, "one"), (client) => bootstrapDatabase(client, postgres.passwords));
}

async function makeTenants(postgres: Postgres, layout: Layout) {
  return withClient(superuser(postgres, "dotmac"), async (client) => {
    const size = async () => {
      const { rows } = await client.query(
        "SELECT sum(pg_database_size(oid))::float8 AS bytes FROM pg_database",
      );
      return rows[0].bytes / 2 ** 20;
    };
    await client.query(`CREATE ROLE model PASSWORD '${password}'`);
    const { rows } = await client.query("SELECT rolpassword FROM pg_authid WHERE rolname = 'model'");
    const before = await size();
    const start = performance.now();
    let tenants = 0;
    while (tenants < wanted && performance.now() - start < makingSeconds * 1_000) {
      await client.query(`CREATE ROLE l_${tenants} LOGIN PASSWORD '${rows[0].rolpassword}'`);
      await layout.prepare(client, tenants);
      await makeSchema(postgres, client, layout.database(tenants), tenants);
      tenants += 1;
    }
    return { tenants, milliseconds: performance.now() - start, megabytes: (await size()) - before };
  });
}

async function makeSchema(postgres: Postgres, open: Client, database: string, tenant: number): Promise<void> {
  const table = (n: number) =>
    `CREATE TABLE s_${tenant}.t_${n} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, at timestamptz);
     CREATE INDEX ON s_${tenant}.t_${n} (at);`;
  const text = `GRANT CONNECT ON DATABASE ${database} TO l_${tenant};
    CREATE SCHEMA s_${tenant};
    ${Array.from({ length: tables }, (_, n) => table(n)).join("\n")}
    GRANT USAGE ON SCHEMA s_${tenant} TO l_${tenant}; GRANT ALL ON ALL TABLES IN SCHEMA s_${tenant} TO l_${tenant};`;
  if (database === "dotmac") await open.query(text);
  else await withClient(superuser(postgres, database), (client) => client.query(text));
}

/** Each tenant in turn connects to the pooler, reads and writes. */
async function visitAll(
  postgres: Postgres,
  pooler: PgBouncer,
  layout: Layout,
  tenants: number,
): Promise<object> {
  const times: number[] = [];
  let refused = 0;
  const begun = performance.now();
  let tenant = 0;
  for (; tenant < tenants && performance.now() - begun < visitingSeconds * 1_000; tenant += 1) {
    const way = { ...login(postgres, layout.database(tenant), `l_${tenant}`, password), ...address(pooler) };
    const start = performance.now();
    const text = `INSERT INTO s_${tenant}.t_0 (name, at) VALUES ('x', now()); SELECT count(*) FROM s_${tenant}.t_1`;
    try {
      await withClient(way, (client) => client.query(text));
      times.push(performance.now() - start);
    } catch {
      refused += 1;
    }
  }
  times.sort((one, other) => one - other);
  const at = (part: number) => round(times[Math.floor(times.length * part)] ?? 0, 1);
  return { visited: tenant, refused, p50Milliseconds: at(0.5), p95Milliseconds: at(0.95) };
}

function address({ host, port, ca }: PgBouncer): ClientConfig {
  return { host, port, ssl: { ca }, connectionTimeoutMillis: 5_000 };
}

async function backends(postgres: Postgres, user = "%"): Promise<number> {
  return withClient(superuser(postgres, "postgres"), async (client) => {
    const { rows } = await client.query(
      `SELECT count(*)::int AS count FROM pg_stat_activity
       WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND usename LIKE $1`,
      [user],
    );
    return rows[0].count;
  });
}

async function postmasterOf(postgres: Postgres): Promise<number> {
  const directory = await withClient(superuser(postgres, "postgres"), async (client) => {
    const { rows } = await client.query("SELECT current_setting('data_directory') AS directory");
    return rows[0].directory as string;
  });
  return Number((await readFile(`${directory}/postmaster.pid`, "utf8")).split("\n")[0]);
}

async function pidsOf(program: string): Promise<number[]> {
  const names = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    names.map(async (pid) => ((await textOf(`/proc/${pid}/comm`)).trim() === program ? [Number(pid)] : [])),
  );
  return found.flat();
}

async function family(parent: number): Promise<number[]> {
  const pids = await pidsOf("postgres");
  const own = await Promise.all(
    pids.map(async (pid) => ((await statOf(pid))[3] === String(parent) ? [pid] : [])),
  );
  return [parent, ...own.flat()];
}

/** The processor time of a server and its children, including ended ones. */
async function cpuSeconds(postmaster: number): Promise<number> {
  const stats = await Promise.all((await family(postmaster)).map(statOf));
  const own = stats.reduce((sum, stat) => sum + Number(stat[13] ?? 0) + Number(stat[14] ?? 0), 0);
  const ended = await statOf(postmaster);
  return (own + Number(ended[15] ?? 0) + Number(ended[16] ?? 0)) / 100;
}

/** The fields of /proc/<pid>/stat (proc(5)), counted from 0. A name in parentheses holds no space here. */
async function statOf(pid: number): Promise<string[]> {
  return (await textOf(`/proc/${pid}/stat`)).split(" ");
}

async function proportionalMegabytes(pids: readonly number[]): Promise<number> {
  const sizes = await Promise.all(
    pids.map(async (pid) => /^Pss:\s+(\d+) kB/m.exec(await textOf(`/proc/${pid}/smaps_rollup`))?.[1] ?? "0"),
  );
  return sizes.reduce((sum, size) => sum + Number(size), 0) / 1_024;
}

/** The text of a file; empty for a process that has ended. */
function textOf(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}

function round(value: number, digits = 0): number {
  return Number(value.toFixed(digits));
}
