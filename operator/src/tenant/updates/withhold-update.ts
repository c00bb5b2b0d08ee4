import { canonicalJson } from "../../base/canonical-json.ts";
import { kinds } from "../../kubernetes/objects/kinds.ts";
import { configChecksum, runtimeConfig } from "../desired/workload/config-maps.ts";
import { checksumAnnotation, type PodTemplate, podTemplate } from "../desired/workload/deployment.ts";
import type { Blueprint, HeldUpdate } from "../model/blueprint.ts";
import type { Tenant } from "../model/kinds.ts";
import { describeOpening, nextOpening } from "../model/maintenance-window.ts";
import { appliedVersion, type Version } from "../observed/applied-version.ts";
import { jobImage } from "../observed/job-state.ts";
import type { World } from "../step/world.ts";

type Outside = Pick<World, "cluster" | "clock">;

/**
 * The blueprint to work by now. An update that restarts pods and that the Tenant has not asked for waits
 * for the maintenance window: until then pods are made as they were, and the schema stays. Nothing waits when
 * the Tenant's own choice has changed, when nothing runs, when what runs cannot be told for certain (someone
 * has changed it, and a repair is due), or when the migration of the update has begun.
 */
export async function withholdUpdate(tenant: Tenant, wanted: Blueprint, world: Outside): Promise<Blueprint> {
  const window = tenant.spec.maintenanceWindow;
  if (window === undefined || wanted.suspended) return wanted;
  const version = await currentVersion(wanted, world);
  if (version === undefined || version.ownChoice !== wanted.ownChoice) return wanted;
  const differences = differencesOf(version, wanted);
  if (differences.length === 0 || hasBegun(version, wanted, world)) return wanted;
  const config = await currentConfig(wanted, version, world);
  if (config === undefined) return wanted;
  const opening = nextOpening(window, wanted.timeZone, world.clock.now());
  if (opening === undefined) return wanted;
  return heldBlueprint(wanted, version, {
    config,
    opensAt: new Date(opening.epochMilliseconds),
    message:
      `Until the maintenance window opens on ${describeOpening(opening)}, the pods stay as they are. What waits: ` +
      `${differences.join(", ")}. To update now, remove spec.maintenanceWindow or widen it.`,
  });
}

/** Any version of the schema does: the one that the update brings is not migrated to. */
function heldBlueprint(
  wanted: Blueprint,
  { template, image, resources }: Version,
  held: Omit<HeldUpdate, "template">,
): Blueprint {
  return { ...wanted, image, resources, schemaVersion: 0, held: { template, ...held } };
}

async function currentVersion({ names }: Blueprint, { cluster }: Outside): Promise<Version | undefined> {
  const name = { namespace: names.namespace, name: "runtime" };
  return appliedVersion(await cluster.find(kinds.deployment, name));
}

/** The data that the pods were started with, which no watched copy holds; undefined when someone has changed them. */
async function currentConfig(
  wanted: Blueprint,
  { template }: Version,
  { cluster }: Outside,
): Promise<HeldUpdate["config"] | undefined> {
  const { namespace } = wanted.names;
  const { name } = runtimeConfig(wanted).metadata;
  const data = (await cluster.get(kinds.configMap, { namespace, name }))?.data;
  const isTheirs = template.metadata?.annotations?.[checksumAnnotation] === configChecksum(data);
  return isTheirs ? data : undefined;
}

function differencesOf({ template, image }: Version, wanted: Blueprint): string[] {
  const next = podTemplate(wanted);
  if (canonicalJson(template) === canonicalJson(next)) return [];
  const checksum = (of: PodTemplate) => of.metadata?.annotations?.[checksumAnnotation];
  const named = [
    ...(image === wanted.image ? [] : [`the image ${wanted.image} in place of ${image}`]),
    ...(checksum(template) === checksum(next) ? [] : ["another configuration of the pods"]),
  ];
  return named.length > 0 ? named : ["another pod template"];
}

/** A Job of the image that waits is there for an hour after its end: what has begun is brought to its end. */
function hasBegun({ image }: Version, wanted: Blueprint, { cluster }: Outside): boolean {
  if (image === wanted.image) return false;
  return cluster.inNamespace(kinds.job, wanted.names.namespace).some((job) => jobImage(job) === wanted.image);
}
