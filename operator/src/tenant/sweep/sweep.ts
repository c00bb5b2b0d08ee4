import { type Blueprint, blueprint } from "../model/blueprint.ts";
import { type LoginLetter, loginLetters } from "../model/credentials.ts";
import { type Tenant, type TenantPlan, tenantPlanKind } from "../model/kinds.ts";
import { appLogin } from "../model/names.ts";
import { tenantResources } from "../resources/resources.ts";
import type { DriftLook, Resource, SettledTenant } from "../step/resource.ts";
import type { World } from "../step/world.ts";
import { reportForeignObjects } from "./report-foreign-objects.ts";

type Outside = Pick<
  World,
  "cluster" | "events" | "postgres" | "redis" | "redisDigests" | "vault" | "settings"
>;

/** What a sweep found. */
export interface SweepReport {
  /** The names of the tenants that need a reconcile. */
  readonly drifted: readonly string[];
  /** The parts that could not look, and why; the others have. */
  readonly failures: readonly { readonly part: string; readonly error: unknown }[];
}

/**
 * Finds the tenants whose state outside of Kubernetes is not as wanted: what no watch tells. A few
 * catalog queries, one ACL list per Redis server, one list of Vault, however many tenants there are. What
 * does not belong into their namespaces is reported. A server that does not answer hides no drift on another.
 */
export async function sweepPlatform(
  tenants: readonly Tenant[],
  world: Outside,
  resources: readonly Resource[] = tenantResources,
): Promise<SweepReport> {
  const complete = settled(tenants, world);
  if (complete.length === 0) return { drifted: [], failures: [] };
  const looks: readonly DriftLook[] = [
    { part: "namespaces", drifted: reportForeignObjects(tenants, world).then(() => []) },
    ...resources.flatMap((resource) => resource.drifted(complete, world)),
  ];
  const ends = await Promise.allSettled(looks.map(({ drifted }) => drifted));
  const drifted = ends.flatMap((end) => (end.status === "fulfilled" ? end.value : []));
  const failures = looks.flatMap(({ part }, index) => {
    const end = ends[index];
    return end?.status === "rejected" ? [{ part, error: end.reason as unknown }] : [];
  });
  return { drifted: [...new Set(drifted.map(({ plan }) => plan.names.tenant))], failures };
}

function settled(tenants: readonly Tenant[], { cluster, settings }: Outside): SettledTenant[] {
  return tenants.flatMap((tenant) => {
    const plan: TenantPlan | undefined = cluster.read(tenantPlanKind, { name: tenant.spec.plan });
    const rests =
      plan === undefined ||
      tenant.status?.id === undefined ||
      tenant.spec.paused ||
      tenant.metadata.deletionTimestamp !== undefined;
    if (rests) return [];
    const settledPlan = blueprint(tenant, plan, settings);
    return [{ plan: settledPlan, enabledLogins: reportedLogins(tenant, settledPlan) }];
  });
}

/** Without a report there was no rotation yet. */
function reportedLogins({ status }: Tenant, { names }: Blueprint): readonly LoginLetter[] {
  const logins = status?.credentials?.logins ?? [names.roles.appA];
  return loginLetters.filter((letter) => logins.includes(appLogin(names, letter)));
}
