import { runStatements } from "../../clients/postgres/run-statements.ts";
import type { World } from "../step/world.ts";
import { observeShared } from "./observe-shared.ts";
import { sharedDifferences } from "./shared-differences.ts";

/** The faults found in the objects that all tenants share. */
export interface SharedObjectsReport {
  /** The statements that repaired them. */
  readonly repaired: readonly string[];
  /** Messages about faults that only a superuser can repair. */
  readonly faults: readonly string[];
}

/**
 * Compares the objects that all tenants share in the database (owners, rights, row security, policies, functions,
 * triggers) with their desired state, and repairs what the operator can. It writes nothing when nothing differs.
 */
export async function repairSharedObjects({
  postgres,
  epoch,
}: Pick<World, "postgres" | "epoch">): Promise<SharedObjectsReport> {
  const { statements, faults } = sharedDifferences(await observeShared(postgres));
  await runStatements(postgres, epoch, statements);
  return { repaired: statements.map(({ text }) => text), faults };
}
