import type { Postgres } from "../../clients/postgres/postgres.ts";

/** The multixacts that the server keeps: the lists of transactions that share the lock of a row. */
export interface Multixacts {
  /** The number created since the oldest that a table may still contain. */
  readonly age: number;
  /** The age at which autovacuum begins to remove them. */
  readonly vacuumAge: number;
}

/** Reads the age of the oldest multixact of all databases, which share their files (pg_multixact). */
export async function observeMultixacts(postgres: Postgres): Promise<Multixacts> {
  const [row] = await postgres.query<Multixacts>(
    `SELECT max(mxid_age(datminmxid)) AS age,
            current_setting('autovacuum_multixact_freeze_max_age')::int AS "vacuumAge"
     FROM pg_database`,
  );
  if (row === undefined) throw new TypeError("Expected one row of an aggregate.");
  return row;
}

/** Whether autovacuum has not kept up, because a transaction that has been open since then prevents it. */
export function areHeld({ age, vacuumAge }: Multixacts): boolean {
  return age > 2 * vacuumAge;
}
