import type { V1PodSpec } from "@kubernetes/client-node";
import {
  type Container,
  containersOf,
  type KubernetesObject,
  nameOf,
  type Workload,
  workloads,
} from "./objects.ts";

/** Names every object that fails, as `nameOf` writes it. */
export type Check = (objects: readonly KubernetesObject[]) => string[];

/** By the name that its source gives to each check. */
export type Checks = Readonly<Record<string, Check>>;

/** A check of each object by itself, or in view of all. */
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

/** A check of each object that makes pods. */
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

/** A check of each container; a workload with one that fails is named once. */
export function eachContainer(fails: (container: Container, pod: V1PodSpec) => boolean): Check {
  return eachPod((pod) => containersOf(pod).some((container) => fails(container, pod)));
}

/** A check of the roles that some rule of theirs fails. */
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
