import { z } from "zod";
import type { Deployment } from "../../kubernetes/objects/kinds.ts";
import {
  appliedTemplateAnnotation,
  ownChoiceAnnotation,
  type PodTemplate,
} from "../desired/workload/deployment.ts";
import type { Blueprint, Resources } from "../model/blueprint.ts";

/** The version of the last applied pods, from the Deployment's annotations. */
export interface Version {
  readonly ownChoice: string;
  readonly template: PodTemplate;
  readonly image: string;
  readonly resources: Resources;
}

/**
 * Returns undefined if the operator did not write the Deployment in this form. Then there is no version to go back to.
 */
export function appliedVersion(live: Deployment | undefined): Version | undefined {
  const ownChoice = live?.metadata.annotations?.[ownChoiceAnnotation];
  const template = parseTemplate(live?.metadata.annotations?.[appliedTemplateAnnotation]);
  if (ownChoice === undefined || template === undefined) return undefined;
  const [{ image, resources }] = template.spec.containers;
  return { ownChoice, template, image, resources: ofPlan(resources) };
}

/** Whether a recorded choice is the Tenant's present one, in its present form or in that of earlier versions. */
export function isOwnChoice(
  recorded: string | undefined,
  { ownChoice, earlierChoice }: Pick<Blueprint, "ownChoice" | "earlierChoice">,
): recorded is string {
  return recorded === ownChoice || recorded === earlierChoice;
}

/**
 * The quantities that a plan defines. The operator adds others to a container, such as its bound on the node's
 * disk.
 */
function ofPlan({ requests, limits }: Resources): Resources {
  const chosen = ({ cpu, memory }: Resources["limits"]) => ({ cpu, memory });
  return { requests: chosen(requests), limits: chosen(limits) };
}

const quantities = z.object({ cpu: z.string(), memory: z.string() }).catchall(z.string());
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

function parseTemplate(text: string | undefined): z.output<typeof recordedTemplate> | undefined {
  try {
    return recordedTemplate.safeParse(JSON.parse(text ?? "")).data;
  } catch {
    return undefined;
  }
}
