import type { Milliseconds } from "../../../../../process/clock.ts";
import type { Postgres } from "../../../clients/postgres/postgres.ts";

/** A running analysis by autovacuum of a table in a tenant's schema. */
interface Analysis {
  /** Process id of the worker. */
  readonly worker: number;
  readonly relation: string;
  readonly schema: string;
  /** Whether an analysis of this schema was ended before. Then only a table created since can be analysed. */
  readonly endedBefore: boolean;
}

/**
 * The setting that bootstrap.sql's `dotmac.end_analysis` writes on each table of a schema whose analysis took too long.
 * Autovacuum then no longer analyses the table.
 */
export const neverAnalysed = "autovacuum_analyze_threshold=2147483647";

/**
 * Ends analyses by autovacuum that take longer than `longest`, or at once in a schema where one was ended before.
 * Returns the schemas whose tables autovacuum no longer analyses (dotmac.end_analysis in bootstrap.sql). Call it every
 * few seconds: it measures an analysis from its own first observation, because PostgreSQL reports only when the worker
 * began with the table, and the worker may have vacuumed the table first.
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
