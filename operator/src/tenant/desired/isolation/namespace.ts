import { labelKeys } from "../../../../../contract/labels.ts";
import type { Namespace } from "../../../kubernetes/objects/kinds.ts";
import type { Blueprint } from "../../model/blueprint.ts";
import { tenantLabels } from "../labels.ts";

/** The tenant's namespace. It admits only pods of the strictest Pod Security level. */
export function namespace({ names, metadata }: Pick<Blueprint, "names" | "metadata">): Namespace {
  const { labels, annotations } = metadata.carried.namespace;
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name: names.namespace,
      labels: {
        ...labels,
        ...tenantLabels(names),
        [labelKeys.tenantId]: names.id,
        "pod-security.kubernetes.io/enforce": "restricted",
        "pod-security.kubernetes.io/audit": "restricted",
        "pod-security.kubernetes.io/warn": "restricted",
      },
      annotations: { ...annotations },
    },
  };
}
