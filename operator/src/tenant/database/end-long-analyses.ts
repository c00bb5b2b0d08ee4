import type { Milliseconds } from "../../../../process/clock.ts";
import type { Postgres } from "../../clients/postgres/postgres.ts";

/** An analysis by autovacuum of a table in a tenant's schema. */
interface Analysis {
  /** Its process. */
  readonly worker: number;
  readonly relation: string;
  readonly schema: string;
}

/**
 * Ends analyses by autovacuum that take longer than `longest`, and returns the schemas whose tables autovacuum analyses
 * no more (dotmac.end_analysis in bootstrap.sql). Call it every few seconds: how long an analysis takes is what it has seen
 * of it, because PostgreSQL tells only when the worker began with the table, which it may have vacuumed first.
 */
export function createAnalysisWatch(
  longest: Milliseconds,
): (postgres: Postgres, elapsed: Milliseconds) => Promise<string[]> {
  let seen = new Map<string, Milliseconds>();
  return async (postgres, elapsed) => {
    const analyses = await postgres.query<Analysis>(
      "SELECT worker, relation, schema_name AS schema FROM dotmac.running_analyses()",
    );
    seen = new Map(analyses.map((each) => [nameOf(each), seen.get(nameOf(each)) ?? elapsed]));
    const ended: string[] = [];
    for (const each of analyses) {
      if (elapsed - (seen.get(nameOf(each)) as Milliseconds) < longest) continue;
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
