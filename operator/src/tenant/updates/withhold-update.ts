import { z } from "zod";
import { canonicalJson } from "../../base/canonical-json.ts";
import { kinds } from "../../kubernetes/objects/kinds.ts";
import { configChecksum, runtimeConfig } from "../desired/workload/config-maps.ts";
import {
  appliedTemplateAnnotation,
  checksumAnnotation,
  ownChoiceAnnotation,
  type PodTemplate,
  podTemplate,
} from "../desired/workload/deployment.ts";
import type { Blueprint, HeldUpdate, Resources } from "../model/blueprint.ts";
import type { Tenant } from "../model/kinds.ts";
import { describeOpening, nextOpening } from "../model/maintenance-window.ts";
import { jobImage } from "../observed/job-state.ts";
import type { World } from "../step/world.ts";

type Outside = Pick<World, "cluster" | "clock">;

/** What the pods were last made from, as the Deployment and the ConfigMap say it themselves. */
interface Version {
  readonly ownChoice: string;
  readonly template: PodTemplate;
  readonly image: string;
  readonly resources: Resources;
}

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

async function currentVersion(wanted: Blueprint, { cluster }: Outside): Promise<Version | undefined> {
  const { namespace } = wanted.names;
  const live = await cluster.find(kinds.deployment, { namespace, name: "runtime" });
  const ownChoice = live?.metadata.annotations?.[ownChoiceAnnotation];
  const template = parseTemplate(live?.metadata.annotations?.[appliedTemplateAnnotation]);
  if (ownChoice === undefined || template === undefined) return undefined;
  const [{ image, resources }] = template.spec.containers;
  return { ownChoice, template, image, resources };
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

const quantities = z.strictObject({ cpu: z.string(), memory: z.string() });
const recordedTemplate = z.looseObject({
  metadata: z.looseObject({ annotations: z.record(z.string(), z.string()) }),
  spec: z.looseObject({
    containers: z.tuple([
      z.looseObject({
        name: z.string(),
        image: z.string(),
        resources: z.strictObject({ requests: quantities, limits: quantities }),
      }),
    ]),
  }),
});

/** Undefined for what the operator has not written so: then there is nothing to go back to. */
function parseTemplate(text: string | undefined): z.output<typeof recordedTemplate> | undefined {
  try {
    return recordedTemplate.safeParse(JSON.parse(text ?? "")).data;
  } catch {
    return undefined;
  }
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
