import type { Deployment } from "../../kubernetes/objects/kinds.ts";
import { podSelector } from "../desired/labels.ts";
import type { TenantStatus } from "../model/kinds.ts";
import type { TenantNames } from "../model/names/names.ts";
import { rollout } from "../model/reports/rollout.ts";
import { ownContainer } from "./own-container.ts";

/** The part of a Tenant's status about its workers. */
export function workersStatus(live: Deployment): NonNullable<TenantStatus["workers"]> {
  const { ready, desired: replicas } = rollout(live);
  return { replicas, readyReplicas: ready };
}

/** The part of a Tenant's status about its pods. */
export function runtimeStatus(live: Deployment, names: TenantNames): NonNullable<TenantStatus["runtime"]> {
  const { ready, desired: replicas } = rollout(live);
  return {
    image: ownContainer(live.spec?.template.spec?.containers)?.image ?? "",
    replicas,
    readyReplicas: ready,
    selector: podSelector(names),
  };
}
