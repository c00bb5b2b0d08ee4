import { createAudit } from "../platform/events/audit.ts";
import { ensureFirstAdministrator } from "./identity/first-administrator.ts";
import { followFirstAdministrator } from "./identity/follow-first-administrator.ts";
import type { ModuleWorld } from "./world.ts";

/** What must be there before the first request; any number of replicas may do it at once. */
export async function prepare(world: ModuleWorld): Promise<void> {
  const audit = createAudit(world.tenant.id);
  const ensure = (account: Parameters<typeof ensureFirstAdministrator>[1]) =>
    ensureFirstAdministrator({ ...world, audit }, account);
  await followFirstAdministrator(world.firstAdmin, ensure, world.log);
}
