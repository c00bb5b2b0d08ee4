import { type Deployment, kinds } from "../../kubernetes/objects/kinds.ts";
import { type PodTemplate, podTemplate } from "../desired/workload/deployment.ts";
import { appliedVersion } from "../observed/applied-version.ts";
import type { Subject } from "../step/subject.ts";
import { schemaFound } from "./migrations.ts";

/** The pods that a Deployment keeps. */
export interface KeptPods {
  readonly ownChoice: string;
  readonly template: PodTemplate;
}

/**
 * Whether the tenant has pods of an image whose migration has ended, while that of its next image has not. They are
 * scaled, repaired and stopped meanwhile.
 */
export function hasPodsBeforeUpdate(subject: Subject): boolean {
  const { blueprint, found, world } = subject;
  const fit = found.get(schemaFound);
  const isBehind = fit === "behind" || fit === "stuck";
  const live = world.cluster.read(kinds.deployment, {
    namespace: blueprint.names.namespace,
    name: "runtime",
  });
  return isBehind && servedImage(subject, live) !== undefined;
}

/**
 * The pods of the image before, while the schema does not fit the next one; undefined when it fits, or when there are
 * none. While the migration runs they stay as they are, so that one update restarts pods once. When it is stuck they
 * follow everything but the image. The recorded own choice stays, because the Tenant's next choice has not arrived.
 */
export function podsBeforeUpdate(subject: Subject, live: Deployment | undefined): KeptPods | undefined {
  const { blueprint, found } = subject;
  const fit = found.get(schemaFound);
  if (fit === "fits") return undefined;
  const recorded = appliedVersion(live);
  if (recorded !== undefined && fit !== "stuck") return recorded;
  const image = servedImage(subject, live);
  if (image === undefined) return undefined;
  return { ownChoice: recorded?.ownChoice ?? "", template: podTemplate({ ...blueprint, image }) };
}

/** The status tells the image of a Deployment that somebody has deleted. */
function servedImage({ tenant }: Subject, live: Deployment | undefined): string | undefined {
  return appliedVersion(live)?.image ?? tenant.status?.runtime?.image;
}
