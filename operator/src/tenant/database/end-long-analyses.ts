import type { Milliseconds } from "../../../../process/clock.ts";
import type { Postgres } from "../../clients/postgres/postgres.ts";

/** An analysis by autovacuum of a table in a tenant's schema. */
interface Analysis {
  /** Its process. */
  readonly worker: number;
  readonly relation: string;
  readonly schema: string;
  /** Whether an analysis of this schema was ended before, and only a table made since can be analysed. */
  readonly endedBefore: boolean;
}

/**
 * What bootstrap.sql's `dotmac.end_analysis` sets on each table of a schema whose analysis took too long: autovacuum
 * then analyses it no more.
 */
export const neverAnalysed = "autovacuum_analyze_threshold=2147483647";

/**
 * Ends analyses by autovacuum that take longer than `longest`, at once where one of the schema was ended before, and returns the schemas whose tables autovacuum analyses
 * no more (dotmac.end_analysis in bootstrap.sql). Call it every few seconds: how long an analysis takes is what it has seen
 * of it, because PostgreSQL tells only when the worker began with the table, which it may have vacuumed first.
 */
export function createAnalysisWatch(
  longest: Milliseconds,
): (postgres: Postgres, elapsed: Milliseconds) => Promise<string[]> {
  let seen = new Map<string, Milliseconds>();
  return async (postgres, elapsed) => {
    const analyses = await postgres.query<Analysis>(
      `SELECT worker, relation, schema_name AS schema,
              EXISTS (SELECT FROM pg_class WHERE relnamespace = schema_name::regnamespace AND $1 = ANY (reloptions))
                AS "endedBefore"
       FROM dotmac.running_analyses()`,
      [neverAnalysed],
    );
    seen = new Map(analyses.map((each) => [nameOf(each), seen.get(nameOf(each)) ?? elapsed]));
    const ended: string[] = [];
    for (const each of analyses) {
      const lasted = elapsed - (seen.get(nameOf(each)) as Milliseconds);
      if (lasted < longest && !each.endedBefore) continue;
      const [row] = await postgres.query<{ ended: boolean }>("SELECT dotmac.end_analysis($1, $2) AS ended", [
        each.worker,
        each.relation,
      ]);
      if (row?.ended) ended.push(each.schema);
    }
    return ended;
  };
}

function nameOf({ worker, relation }: Analysis): string {
  return `${worker}/${relation}`;
}
