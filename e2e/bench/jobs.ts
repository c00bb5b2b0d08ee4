import { createHash, randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { z } from "zod";
import { redisPatterns } from "../../contract/redis-access.ts";
import { namesOnServers } from "../../contract/tenant-ids.ts";
import { createAuthority } from "../../harness/authority/authority.ts";
import { type PgBouncer, startPgBouncer } from "../../harness/services/pgbouncer.ts";
import { type Postgres, startPostgres, superuser, withClient } from "../../harness/services/postgres.ts";
import { type Redis, startRedis, withRedis } from "../../harness/services/redis.ts";
import { systemClock } from "../../process/clock.ts";
import { createLogger } from "../../process/log.ts";
import { readMigrations } from "../../process/migrations/migrations-directory.ts";
import { Announcements } from "../../tenant-runtime/src/platform/database/announcements.ts";
import { RotatingDatabase } from "../../tenant-runtime/src/platform/database/rotating-database.ts";
import { createEvents } from "../../tenant-runtime/src/platform/events/events.ts";
import { OutboxRelay } from "../../tenant-runtime/src/platform/events/outbox-relay.ts";
import { createTopics } from "../../tenant-runtime/src/platform/events/topics.ts";
import { defineJob, enqueue } from "../../tenant-runtime/src/platform/jobs/job.ts";
import { JobWorker } from "../../tenant-runtime/src/platform/jobs/job-worker.ts";
import { migrationFolders } from "../../tenant-runtime/src/platform/migrations/migration-folders.ts";
import { openRedis } from "../../tenant-runtime/src/platform/redis/redis.ts";
import { median, percentile } from "../percentile.ts";

/**
 * Measures the cost of idle tenants, in SQL queries a minute through PgBouncer in transaction mode, and the time from
 * the commit of a job to its start in a replica that only Redis wakes. A tenant has two, each with the runtime's job worker,
 * relay of events and check of the database. The baseline of the same run is the same without notices: it polls every
 * second, the longest interval with which a job starts within a second. Prints one JSON object on its last line.
 * `TENANTS` is 50 by default, `IDLE_SECONDS` 240. It needs no cluster.
 */
const tenants = Number(process.env.TENANTS ?? 50);
const idleSeconds = Number(process.env.IDLE_SECONDS ?? 240);
const baselineSeconds = 20;
const pickUps = 40;
const replicas = 2;
const password = randomBytes(18).toString("base64url");
const log = createLogger("error");
const topics = createTopics([]);
const work = defineJob("bench.work", z.object({ at: z.number() }));

let queries = 0;
const query = pg.Client.prototype.query as (...given: unknown[]) => unknown;
pg.Client.prototype.query = function counted(this: pg.Client, ...given: unknown[]) {
  queries += 1;
  return query.apply(this, given);
} as typeof pg.Client.prototype.query;

await using postgres = await startPostgres({ version: 15, settings: { log_statement: "none" } });
await using pooler = await startPgBouncer(postgres, { authority: postgres.authority });
await using redis = await startRedis({ role: "cache", authority: await createAuthority("DotMac benchmark") });
for (let tenant = 0; tenant < tenants; tenant += 1) await createTenant(postgres, redis, tenant);
process.stderr.write(`${tenants} tenants, ${replicas} replicas each; ${idleSeconds} s idle\n`);
const own = await measure("slow poll and notices", idleSeconds);
const baseline = await measure("poll every second", baselineSeconds);
console.log(JSON.stringify({ benchmark: "jobs", tenants, replicas, idleSeconds, own, baseline }));

async function measure(way: "slow poll and notices" | "poll every second", seconds: number) {
  process.stderr.write(`${way}\n`);
  const started: number[] = [];
  const pods: Awaited<ReturnType<typeof openPod>>[] = [];
  for (let pod = 0; pod < tenants * replicas; pod += 1)
    pods.push(await openPod(Math.floor(pod / replicas), way === "poll every second", started));
  // The first checks of all pods.
  await pause(5_000);
  const before = queries;
  const cpuBefore = process.cpuUsage();
  await pause(seconds * 1_000);
  const counted = queries - before;
  const { user, system } = process.cpuUsage(cpuBefore);
  for (let round = 0; round < pickUps; round += 1) {
    const pod = pods[(round % tenants) * replicas];
    await pod?.leave();
    const goal = round + 1;
    while (started.length < goal) await pause(5);
  }
  for (const pod of pods) await pod.close();
  return {
    queriesPerMinuteOfTenant: Number(((counted / tenants / seconds) * 60).toFixed(2)),
    cpuMillisecondsPerMinuteOfTenant: Number((((user + system) / 1_000 / tenants / seconds) * 60).toFixed(1)),
    pickUpMilliseconds: {
      median: Math.round(median(started)),
      p95: Math.round(percentile(started, 0.95)),
      most: Math.round(Math.max(...started)),
    },
  };
}

/** A replica as the runtime wires it, but its own jobs wake it through Redis too. */
async function openPod(tenant: number, polls: boolean, started: number[]) {
  const id = idOf(tenant);
  const announcements = new Announcements();
  const database = openDatabase(pooler, id, announcements);
  const [publisher, subscriber] = [link(redis, id, "cache"), link(redis, id, "events")];
  const events = createEvents({ publisher, subscriber, prefix: `t:${id}:`, topics, log });
  const pollMs = () => (polls ? 1_000 : events.arrive ? 180_000 : 15_000);
  const worker = new JobWorker({
    database,
    log,
    pollMs,
    attempted: () => {},
    saw: () => {},
    handlers: [
      {
        kind: work.kind,
        bounds: work.bounds,
        async run(_transaction, input) {
          started.push(Date.now() - work.input.parse(input).at);
        },
      },
    ],
  });
  const relay = new OutboxRelay({
    database,
    events,
    topics,
    log,
    pollMs,
    forget: async () => {},
    reached: () => {},
    relayed: () => {},
  });
  if (!polls) {
    events.onJobsWait(() => worker.wake());
    events.onNudge(() => relay.wake());
    announcements.listen("jobs", () => void events.jobsWait().catch(() => worker.wake()));
    await Promise.all([publisher.connected(), subscriber.connected()]);
  }
  worker.wake();
  relay.wake();
  const health = setInterval(() => void database.checkWhenQuiet().catch(() => {}), 30_000);
  return {
    leave: () =>
      database.transaction(async (transaction) => {
        await enqueue(transaction, work, { at: Date.now() });
      }),
    async close() {
      clearInterval(health);
      await Promise.all([worker.stop(), relay.stop()]);
      await Promise.all([publisher.close(), subscriber.close(), database.close()]);
    },
  };
}

function openDatabase(front: PgBouncer, id: string, announcements: Announcements): RotatingDatabase {
  const { host, port, ca } = front;
  return new RotatingDatabase({
    settings: { host, port, name: "dotmac", poolSize: 5, statementTimeoutMs: 15_000, ca: () => ca },
    login: { current: () => ({ user: `t_${id}`, password }), onChange: () => () => {} },
    log,
    clock: systemClock,
    announcements,
  });
}

function link(server: Redis, id: string, name: string) {
  return openRedis({
    name,
    endpoint: { host: server.host, port: server.port },
    login: { current: () => ({ user: `t_${id}`, password }), onChange: () => () => {} },
    ca: () => server.ca,
    prefix: `t:${id}:`,
    log,
  });
}

function idOf(tenant: number): string {
  return `bench${String(tenant).padStart(5, "0")}`;
}

/** A schema with the runtime's tables, a login with its rights, and a user of Redis. */
async function createTenant(server: Postgres, cache: Redis, tenant: number): Promise<void> {
  const id = idOf(tenant);
  const migrations = await readMigrations(...migrationFolders());
  await withClient(superuser(server), async (client) => {
    await client.query(`CREATE ROLE t_${id} LOGIN PASSWORD '${password}'; CREATE SCHEMA t_${id}; SET search_path = t_${id};
      ALTER ROLE t_${id} SET search_path = t_${id}; GRANT USAGE ON SCHEMA t_${id} TO t_${id};
      GRANT CONNECT ON DATABASE dotmac TO t_${id};`);
    for (const { sql } of migrations) await client.query(sql);
    await client.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA t_${id} TO t_${id}`);
  });
  const hash = createHash("sha256").update(password).digest("hex");
  const { keys, channels } = redisPatterns(namesOnServers(id).redisPrefix);
  const rules = ["on", `#${hash}`, ...keys, ...channels, "+@all"];
  await withRedis(cache, (client) => client.call("ACL", "SETUSER", `t_${id}`, ...rules));
}
