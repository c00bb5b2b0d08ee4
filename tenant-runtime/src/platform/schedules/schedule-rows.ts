import type { Queries } from "../database/database.ts";
import type { DateText } from "./local-time.ts";

/** Inserts a new schedule, as if it had run on this date. A known one stays unchanged. */
export async function introduceSchedule(queries: Queries, name: string, date: DateText): Promise<void> {
  await queries.query(
    "INSERT INTO schedules (name, last_date) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
    [name, date],
  );
}

/** Takes the run of this date. False if this or another pod has taken it or a later one. */
export async function takeRun(queries: Queries, name: string, date: DateText): Promise<boolean> {
  const { rowCount } = await queries.query(
    "UPDATE schedules SET last_date = $2, last_run_at = now() WHERE name = $1 AND last_date < $2",
    [name, date],
  );
  return rowCount === 1;
}
