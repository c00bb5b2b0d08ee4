import { runStatements } from "../../clients/postgres/run-statements.ts";
import { type TenantNames, tenantNames } from "../model/names/names.ts";
import type { Resource } from "../step/resource.ts";
import type { World } from "../step/world.ts";
import { listRetainedOne } from "./retained-tenants.ts";

/**
 * Destroys the data of every retained tenant whose grace period is over, keys last, and returns the ids. It completes
 * interrupted destructions. A failure of one destruction does not stop the others. The list of retained data shows each
 * as `Destroying` meanwhile, and no longer once they are destroyed.
 * @throws the error of the first failure
 */
export async function destroyExpired(world: World, resources: readonly Resource[]): Promise<string[]> {
  const doomed = await markDoomed(world);
  const failures: unknown[] = [];
  for (const { id } of doomed) await listNow(id, world);
  for (const names of doomed) {
    world.signal.throwIfAborted();
    await destroy(names, world, resources).catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
  return doomed.map(({ id }) => id);
}

/** Marks the data. From then on no Tenant can adopt them. */
async function markDoomed({ postgres, epoch }: World): Promise<TenantNames[]> {
  const due = `(state = 'retained' AND delete_after <= now()) OR (state = 'destroyed' AND destroyed_at IS NULL)`;
  const waitingForIt = await postgres.query(`SELECT FROM public.tenants WHERE ${due} LIMIT 1`);
  if (waitingForIt.length === 0) return [];
  return postgres.fenced(epoch, async (transaction) => {
    const rows = await transaction.query<{ id: string; name: string }>(
      `UPDATE public.tenants SET state = 'destroyed' WHERE ${due} RETURNING id, name`,
    );
    return rows.map(({ id, name }) => tenantNames(name, id));
  });
}

async function destroy(names: TenantNames, world: World, resources: readonly Resource[]): Promise<void> {
  for (const resource of resources.toReversed()) await resource.destroy(names, world);
  await runStatements(world.postgres, world.epoch, [
    { text: "UPDATE public.tenants SET destroyed_at = now() WHERE id = $1", values: [names.id] },
  ]);
  await listNow(names.id, world);
}

/** The complete list follows at each sweep and reports its failures, so a failure here keeps no data from destruction. */
async function listNow(id: string, world: World): Promise<void> {
  await listRetainedOne(id, world).catch(() => {});
}
