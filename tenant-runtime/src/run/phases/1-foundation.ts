import { Announcements } from "../../platform/database/announcements.ts";
import { RotatingDatabase } from "../../platform/database/rotating-database.ts";
import type { Metrics } from "../../platform/telemetry/metrics.ts";
import { observe } from "../../platform/telemetry/metrics.ts";
import type { Base } from "../lifecycle/base.ts";
import type { Steps } from "../lifecycle/startup.ts";

export interface Foundation {
  readonly database: RotatingDatabase;
  readonly announcements: Announcements;
}

/** Opens the database and adds its metrics. */
export async function foundation(steps: Steps, base: Base, metrics: Metrics): Promise<Foundation> {
  const { database, announcements } = await steps.critical("database", () => openDatabase(base));
  await steps.critical("observability", () => observeProcess(base, database, metrics));
  return { database, announcements };
}

/** A worker's connections: one for its job, and one for everything else. */
const mostOfWorker = 2;

async function openDatabase(base: Base) {
  const { config, secrets, credentials, ca, log, clock, releasers, dependencies } = base;
  const { poolSize } = config.database;
  const most = config.role === "worker" ? Math.min(poolSize, mostOfWorker) : poolSize;
  const settings = { ...config.database, poolSize: most, ca };
  const announcements = new Announcements();
  const database = new RotatingDatabase({
    settings,
    login: secrets.database,
    log,
    clock,
    announcements,
    onUnreachable: () => dependencies.suspect("database"),
  });
  releasers.add("PostgreSQL", () => database.close());
  credentials.add("database", () => database.users);
  dependencies.add({
    name: "database",
    critical: true,
    check: () => database.checkWhenQuiet(),
    details: () => ({ login: database.user, pool: database.counts }),
  });
  await database.ping();
  return { database, announcements };
}

function observeProcess({ dependencies }: Base, database: RotatingDatabase, metrics: Metrics): void {
  const pool = (state: "open" | "idle" | "waiting") => () => database.counts[state];
  observe(metrics, "dotmac_database_connections_open", "Connections to the pooler.", pool("open"));
  observe(metrics, "dotmac_database_connections_idle", "Of those, the ones not in use.", pool("idle"));
  observe(metrics, "dotmac_database_requests_waiting", "Transactions that wait for one.", pool("waiting"));
  dependencies.add({
    name: "observability",
    critical: false,
    check: async () => ({ series: metrics.registry.getMetricsAsArray().length }),
  });
}
