import type { Postgres, Statement } from "./postgres.ts";

/** Runs all the statements, or none, in one transaction of this leader's epoch. */
export async function runStatements(
  postgres: Postgres,
  epoch: number,
  statements: readonly Statement[],
): Promise<void> {
  if (statements.length === 0) return;
  await postgres.fenced(epoch, async (transaction) => {
    for (const { text, values } of statements) await transaction.query(text, values);
  });
}
