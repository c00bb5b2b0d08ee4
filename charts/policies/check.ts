import type { V1PodSpec } from "@kubernetes/client-node";
import {
  type Container,
  containersOf,
  type KubernetesObject,
  nameOf,
  type Workload,
  workloads,
} from "./objects.ts";

/** Returns the names of all objects that fail, in the form of `nameOf`. */
export type Check = (objects: readonly KubernetesObject[]) => string[];

/** The checks by their name in the source. */
export type Checks = Readonly<Record<string, Check>>;

/** A check of each object, alone or together with all others. */
export function eachObject(
  fails: (object: KubernetesObject, all: readonly KubernetesObject[]) => boolean,
): Check {
  return (objects) => objects.filter((object) => fails(object, objects)).map(nameOf);
}

/** A check of each object of one kind. */
export function each(
  kind: string,
  fails: (object: KubernetesObject, all: readonly KubernetesObject[]) => boolean,
): Check {
  return eachObject((object, all) => object.kind === kind && fails(object, all));
}

/** A check of each object that creates pods. */
export function eachWorkload(
  fails: (workload: Workload, all: readonly KubernetesObject[]) => boolean,
): Check {
  return (objects) =>
    workloads(objects)
      .filter((workload) => fails(workload, objects))
      .map(({ object }) => nameOf(object));
}

export function eachPod(fails: (pod: V1PodSpec) => boolean): Check {
  return eachWorkload(({ pod }) => fails(pod));
}

/** A check of each container. A workload with several failing containers is named once. */
export function eachContainer(fails: (container: Container, pod: V1PodSpec) => boolean): Check {
  return eachPod((pod) => containersOf(pod).some((container) => fails(container, pod)));
}

/** A check of the roles. A role fails if one of its rules fails. */
export function eachRole(
  fails: (rule: { groups: string[]; resources: string[]; verbs: string[]; names: string[] }) => boolean,
): Check {
  return eachObject(({ kind, rules = [] }) => {
    if (kind !== "Role" && kind !== "ClusterRole") return false;
    return rules.some(({ apiGroups = [], resources = [], verbs, resourceNames = [] }) =>
      fails({ groups: apiGroups, resources, verbs, names: resourceNames }),
    );
  });
}
