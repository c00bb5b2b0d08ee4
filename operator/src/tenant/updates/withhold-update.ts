import type { Workload } from "../../../../contract/labels.ts";
import { canonicalJson } from "../../base/canonical-json.ts";
import { kinds } from "../../kubernetes/objects/kinds.ts";
import { configChecksum, runtimeConfig } from "../desired/workload/config-maps.ts";
import {
  checksumAnnotation,
  type PodTemplate,
  podTemplate,
  withRestart,
} from "../desired/workload/deployment.ts";
import type { Blueprint, HeldUpdate } from "../model/blueprint.ts";
import type { Tenant } from "../model/kinds.ts";
import { describeOpening, nextOpening } from "../model/maintenance-window.ts";
import { appliedVersion, isOwnChoice, type Version } from "../observed/applied-version.ts";
import { jobImage } from "../observed/job-state.ts";
import type { World } from "../step/world.ts";

type Outside = Pick<World, "cluster" | "clock">;

/**
 * The blueprint for this reconcile. An update that restarts pods without a request of the Tenant waits for the
 * maintenance window. Until then the pods and the schema stay unchanged. Nothing waits when the Tenant's own choice has
 * changed, when nothing runs, when the running version is uncertain (somebody has changed it, and a repair is due), or
 * when the update's migration has begun.
 */
export async function withholdUpdate(
  tenant: Tenant,
  blueprint: Blueprint,
  world: Outside,
): Promise<Blueprint> {
  const window = tenant.spec.maintenanceWindow;
  if (window === undefined || blueprint.suspended) return blueprint;
  const version = await currentVersion(blueprint, world);
  if (version === undefined || !isOwnChoice(version.ownChoice, blueprint)) return blueprint;
  const workers = appliedVersion(await world.cluster.find(kinds.deployment, placeOf(blueprint, "worker")));
  const differences = [...differencesOf(version, blueprint), ...differencesOfWorkers(workers, blueprint)];
  if (differences.length === 0 || hasBegun(version, blueprint, world)) return blueprint;
  const config = await currentConfig(blueprint, version, world);
  if (config === undefined) return blueprint;
  const opening = nextOpening(window, blueprint.timeZone, world.clock.now());
  if (opening === undefined) return blueprint;
  return heldBlueprint(blueprint, version, workers, {
    config,
    opensAt: new Date(opening.epochMilliseconds),
    message:
      `Until the maintenance window opens on ${describeOpening(opening)}, the pods stay as they are. Waiting changes: ` +
      `${differences.join(", ")}. To update now, remove spec.maintenanceWindow or widen it.`,
  });
}

/** Accepts any version of the schema, because the update's migration does not run. */
function heldBlueprint(
  blueprint: Blueprint,
  { template, image, resources }: Version,
  workers: Version | undefined,
  held: Omit<HeldUpdate, "template">,
): Blueprint {
  return {
    ...blueprint,
    image,
    resources,
    workers: { ...blueprint.workers, ...(workers && { resources: workers.resources }) },
    schemaVersion: 0,
    held: { template, ...held },
  };
}

async function currentVersion(blueprint: Blueprint, { cluster }: Outside): Promise<Version | undefined> {
  return appliedVersion(await cluster.find(kinds.deployment, placeOf(blueprint, "runtime")));
}

function placeOf({ names }: Blueprint, name: Workload) {
  return { namespace: names.namespace, name };
}

/** The configuration of the running pods, which no watched copy holds; undefined when somebody has changed it. */
async function currentConfig(
  blueprint: Blueprint,
  { template }: Version,
  { cluster }: Outside,
): Promise<HeldUpdate["config"] | undefined> {
  const { namespace } = blueprint.names;
  const { name } = runtimeConfig(blueprint).metadata;
  const data = (await cluster.get(kinds.configMap, { namespace, name }))?.data;
  const isTheirs = template.metadata?.annotations?.[checksumAnnotation] === configChecksum(data);
  return isTheirs ? data : undefined;
}

function differencesOf({ template, image }: Version, blueprint: Blueprint): string[] {
  const next = podTemplate(blueprint);
  // A restart is no update: it waits for nothing, and an update waits on despite it.
  if (canonicalJson(withRestart(template, undefined)) === canonicalJson(next)) return [];
  const checksum = (of: PodTemplate) => of.metadata?.annotations?.[checksumAnnotation];
  const named = [
    ...(image === blueprint.image ? [] : [`the image ${blueprint.image} in place of ${image}`]),
    ...(checksum(template) === checksum(next) ? [] : ["another configuration of the pods"]),
  ];
  return named.length > 0 ? named : ["another pod template"];
}

/** Other resources replace the workers. In all else these have the version of the runtime's pods. */
function differencesOfWorkers(workers: Version | undefined, { workers: next }: Blueprint): string[] {
  if (workers === undefined || next.replicas === 0) return [];
  return canonicalJson(workers.resources) === canonicalJson(next.resources)
    ? []
    : ["other resources of the workers"];
}

/** The Job of a waiting image exists for an hour after its end. An update that has begun is completed. */
function hasBegun({ image }: Version, blueprint: Blueprint, { cluster }: Outside): boolean {
  if (image === blueprint.image) return false;
  return cluster
    .inNamespace(kinds.job, blueprint.names.namespace)
    .some((job) => jobImage(job) === blueprint.image);
}
