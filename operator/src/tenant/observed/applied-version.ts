import { z } from "zod";
import type { Deployment } from "../../kubernetes/objects/kinds.ts";
import {
  appliedTemplateAnnotation,
  ownChoiceAnnotation,
  type PodTemplate,
} from "../desired/workload/deployment.ts";
import type { Resources } from "../model/blueprint.ts";

/** What the pods were last made from, as the Deployment says it itself. */
export interface Version {
  readonly ownChoice: string;
  readonly template: PodTemplate;
  readonly image: string;
  readonly resources: Resources;
}

/** Undefined where the operator has not written it so: then there is nothing to go back to. */
export function appliedVersion(live: Deployment | undefined): Version | undefined {
  const ownChoice = live?.metadata.annotations?.[ownChoiceAnnotation];
  const template = parseTemplate(live?.metadata.annotations?.[appliedTemplateAnnotation]);
  if (ownChoice === undefined || template === undefined) return undefined;
  const [{ image, resources }] = template.spec.containers;
  return { ownChoice, template, image, resources };
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

function parseTemplate(text: string | undefined): z.output<typeof recordedTemplate> | undefined {
  try {
    return recordedTemplate.safeParse(JSON.parse(text ?? "")).data;
  } catch {
    return undefined;
  }
}
