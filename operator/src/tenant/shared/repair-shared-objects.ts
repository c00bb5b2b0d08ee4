import { runStatements } from "../../clients/postgres/run-statements.ts";
import type { World } from "../step/world.ts";
import { observeShared } from "./observe-shared.ts";
import { sharedDifferences } from "./shared-differences.ts";

/** What was found wrong with what all tenants share. */
export interface SharedObjectsReport {
  /** The statements that repaired it. */
  readonly repaired: readonly string[];
  /** What only a superuser can repair, for people. */
  readonly faults: readonly string[];
}

/**
 * Compares what all tenants share in the database (owners, rights, row security, policies) with what it shall be, and
 * puts back what the operator can. It writes nothing when nothing differs.
 */
export async function repairSharedObjects({
  postgres,
  epoch,
}: Pick<World, "postgres" | "epoch">): Promise<SharedObjectsReport> {
  const { statements, faults } = sharedDifferences(await observeShared(postgres));
  await runStatements(postgres, epoch, statements);
  return { repaired: statements.map(({ text }) => text), faults };
}
