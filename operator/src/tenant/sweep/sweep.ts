import { type Blueprint, blueprintOf } from "../model/blueprint.ts";
import { type Tenant, type TenantPlan, tenantPlanKind } from "../model/kinds.ts";
import { type LoginLetter, loginLetters } from "../model/names/credentials.ts";
import { appLogin } from "../model/names/names.ts";
import type { DriftLook, Resource, SettledTenant } from "../step/resource.ts";
import type { World } from "../step/world.ts";
import { reportForeignObjects } from "./report-foreign-objects.ts";

/** The data of a Tenant that no longer exists. */
export interface Orphan {
  readonly id: string;
  readonly name: string;
}

/** The findings of a sweep. */
export interface SweepReport {
  /** The names of the tenants that need a reconcile. */
  readonly drifted: readonly string[];
  /** Active data whose Tenant no longer exists, because somebody removed its finalizer: pods and passwords still work. */
  readonly orphans: readonly Orphan[];
  /** The parts that failed, with the error. The other parts have finished. */
  readonly failures: readonly { readonly part: string; readonly error: unknown }[];
}

/**
 * Finds the tenants whose state outside of Kubernetes is not as desired, which no watch shows. For any number of
 * tenants it sends a few catalog queries, one ACL list per Redis server and one list of Vault. It reports foreign
 * objects in their namespaces. A server that does not answer hides no drift on another.
 */
export async function sweepPlatform(
  tenants: readonly Tenant[],
  world: World,
  resources: readonly Resource[],
): Promise<SweepReport> {
  const complete = settled(tenants, world);
  const orphans: Orphan[] = [];
  const looks: readonly DriftLook[] = [
    {
      part: "orphans",
      drifted: orphanedData(tenants, world).then((found) => {
        orphans.push(...found);
        return [];
      }),
    },
    ...(complete.length === 0 ? [] : driftLooks(tenants, complete, world, resources)),
  ];
  const ends = await Promise.allSettled(looks.map(({ drifted }) => drifted));
  const drifted = ends.flatMap((end) => (end.status === "fulfilled" ? end.value : []));
  const failures = looks.flatMap(({ part }, index) => {
    const end = ends[index];
    return end?.status === "rejected" ? [{ part, error: end.reason as unknown }] : [];
  });
  return { drifted: [...new Set(drifted.map(({ blueprint }) => blueprint.names.tenant))], orphans, failures };
}

/** Starts all checks of the tenants' state at once. */
function driftLooks(
  tenants: readonly Tenant[],
  complete: readonly SettledTenant[],
  world: World,
  resources: readonly Resource[],
): DriftLook[] {
  return [
    { part: "namespaces", drifted: reportForeignObjects(tenants, world).then(() => []) },
    ...resources.flatMap((resource) => resource.drifted(complete, world)),
  ];
}

async function orphanedData(tenants: readonly Tenant[], { postgres }: World): Promise<Orphan[]> {
  const rows = await postgres.query<{ id: string; name: string; uid: string }>(
    "SELECT id, name, uid::text AS uid FROM public.tenants WHERE state = 'active'",
  );
  const known = new Set(tenants.map(({ metadata }) => metadata.uid));
  return rows.filter(({ uid }) => !known.has(uid)).map(({ id, name }) => ({ id, name }));
}

function settled(tenants: readonly Tenant[], { cluster, settings }: World): SettledTenant[] {
  return tenants.flatMap((tenant) => {
    const plan: TenantPlan | undefined = cluster.read(tenantPlanKind, { name: tenant.spec.plan });
    const rests =
      plan === undefined ||
      tenant.status?.id === undefined ||
      tenant.spec.paused ||
      tenant.metadata.deletionTimestamp !== undefined;
    if (rests) return [];
    const blueprint = blueprintOf(tenant, plan, settings);
    return [{ blueprint, enabledLogins: reportedLogins(tenant, blueprint) }];
  });
}

/** The logins in the status. Without them there was no rotation yet. */
function reportedLogins({ status }: Tenant, { names }: Blueprint): readonly LoginLetter[] {
  const logins = status?.credentials?.logins ?? [names.roles.appA];
  return loginLetters.filter((letter) => logins.includes(appLogin(names, letter)));
}
