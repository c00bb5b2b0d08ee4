import { workerShutdown } from "../../../../../contract/pod-role.ts";
import type { Deployment } from "../../../kubernetes/objects/kinds.ts";
import type { Blueprint, Resources } from "../../model/blueprint.ts";
import type { TenantNames } from "../../model/names/names.ts";
import { componentLabels } from "../labels.ts";
import { deploymentOf, type PodTemplate } from "./deployment.ts";
import { type Container, environmentOf, heapMegabytes, roleOf, spreadOf, withDisk } from "./pod.ts";

/** Whether the runtime's pods of this template leave the jobs to workers. */
export function leavesJobs({ spec }: PodTemplate): boolean {
  return roleOf(spec?.containers[0]?.env) === "api";
}

/** The workers beside pods of this template. While the tenant is suspended there are none. */
export function workerDeployment(
  { names, suspended, workers }: Pick<Blueprint, "names" | "suspended" | "workers">,
  runtime: PodTemplate,
  replicas: number,
): Deployment {
  const template = workerTemplate(names, runtime, workers.resources);
  return deploymentOf(names, { ownChoice: "", template, replicas: suspended ? 0 : replicas }, "worker");
}

/**
 * Everything that it does not replace is the runtime's: the image, the files and the annotations that make new pods. So
 * both have the same version at any time.
 */
function workerTemplate(names: TenantNames, runtime: PodTemplate, resources: Resources): PodTemplate {
  const { metadata, spec } = runtime;
  const [container] = spec?.containers ?? [];
  if (spec === undefined || container === undefined)
    throw new TypeError("Expected the template of the runtime's pods, with its container.");
  return {
    metadata: { ...metadata, labels: { ...metadata?.labels, ...componentLabels(names, "worker") } },
    spec: {
      ...spec,
      terminationGracePeriodSeconds: gracePeriodSeconds,
      topologySpreadConstraints: spreadOf("worker"),
      containers: [workerContainer(container, resources)],
    },
  };
}

/** The shutdown of a worker, and some seconds until the kubelet has noticed its end. */
const gracePeriodSeconds =
  workerShutdown.jobSeconds + workerShutdown.statementSeconds + workerShutdown.closeSeconds + 5;

function workerContainer(runtime: Container, resources: Resources): Container {
  return {
    ...runtime,
    name: "worker",
    env: environmentOf(runtime.env, heapMegabytes(resources), "worker"),
    ports: (runtime.ports ?? []).filter(({ name }) => name === "management"),
    resources: withDisk(resources),
  };
}
