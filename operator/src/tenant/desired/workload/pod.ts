import type { Component } from "../../../../../contract/labels.ts";
import { configFolder, configPaths, runFolder } from "../../../../../contract/mounts.ts";
import { objectNames, platformCaKey } from "../../../../../contract/object-names.ts";
import { type PodRole, roleVariable } from "../../../../../contract/pod-role.ts";
import { tenantFileName } from "../../../../../contract/tenant-file.ts";
import { parseQuantity } from "../../../../../process/quantity.ts";
import type { Deployment } from "../../../kubernetes/objects/kinds.ts";
import type { Resources } from "../../model/blueprint.ts";
import { componentSelector } from "../labels.ts";

export type PodSpec = NonNullable<NonNullable<Deployment["spec"]>["template"]["spec"]>;
export type Container = PodSpec["containers"][number];

/** The uid and gid of all images. */
const unprivileged = 65532;

/** Common settings of all pods of a tenant: no rights, no root, nothing shared with another pod. */
export const podDefaults = {
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  // One query at a time, repeated after a second, full names first: docs/decisions/0012.
  dnsConfig: {
    options: [
      { name: "single-request" },
      { name: "timeout", value: "1" },
      { name: "attempts", value: "4" },
      { name: "ndots", value: "2" },
    ],
  },
  securityContext: {
    runAsNonRoot: true,
    runAsUser: unprivileged,
    runAsGroup: unprivileged,
    fsGroup: unprivileged,
    fsGroupChangePolicy: "OnRootMismatch",
    seccompProfile: { type: "RuntimeDefault" },
  },
} satisfies Partial<PodSpec>;

/** A container that can write only to `/tmp` and can gain no privilege. */
export const containerDefaults = {
  imagePullPolicy: "IfNotPresent",
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  },
} satisfies Partial<Container>;

/**
 * The maximum of the node's disk for a container's log and `/tmp` together. The kubelet evicts a pod that uses
 * more, so that the node does not fill up.
 */
const disk = { request: "32Mi", limit: "256Mi" };

/** A container's resources with its bound on the node's disk. */
export function withDisk({ requests, limits }: Resources): NonNullable<Container["resources"]> {
  return {
    requests: { ...requests, "ephemeral-storage": disk.request },
    limits: { ...limits, "ephemeral-storage": disk.limit },
  };
}

/** The mounts of a pod's files; see "the runtime's environment" in docs/contracts.md. */
export const mounts: NonNullable<Container["volumeMounts"]> = [
  { name: "config", mountPath: configFolder, readOnly: true },
  { name: "run", mountPath: runFolder, readOnly: true },
  { name: "tmp", mountPath: "/tmp" },
];

/** One volume for the whole folder, because a mount inside of a read-only mount has no mount point. */
export const configVolume: NonNullable<PodSpec["volumes"]>[number] = {
  name: "config",
  projected: {
    defaultMode: 0o444,
    sources: [
      {
        configMap: {
          name: objectNames.runtime,
          items: [{ key: tenantFileName, path: configPaths.tenantFile }],
        },
      },
      { configMap: { name: objectNames.platformCa, items: [{ key: platformCaKey, path: configPaths.ca }] } },
    ],
  },
};

export const temporaryVolume: NonNullable<PodSpec["volumes"]>[number] = {
  name: "tmp",
  emptyDir: { sizeLimit: "64Mi" },
};

type Environment = NonNullable<Container["env"]>;

/** Settings that differ between pods and are therefore not in a file. A pod without a role does everything. */
export function podEnvironment(heapMegabytes: number, role?: PodRole): Environment {
  return [
    { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
    { name: "POD_NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } },
    { name: "LOG_LEVEL", value: "info" },
    heapOption(heapMegabytes),
    ...(role === undefined ? [] : [roleOption(role)]),
  ];
}

/** These settings for a pod of another role and of other memory. */
export function environmentOf(
  others: Environment | undefined,
  heapMegabytes: number,
  role: PodRole,
): Environment {
  const own = [heapOption(heapMegabytes), roleOption(role)];
  return [...(others ?? []).filter(({ name }) => !own.some((option) => option.name === name)), ...own];
}

/** The role that these settings give to a pod. */
export function roleOf(environment: Environment | undefined): string | undefined {
  return environment?.find(({ name }) => name === roleVariable)?.value;
}

/** Two thirds of the memory limit, in megabytes. Buffers, threads and code use the rest. */
export function heapMegabytes({ limits }: Resources): number {
  return Math.max(64, Math.floor((parseQuantity(limits.memory) / 2 ** 20) * (2 / 3)));
}

/** Spreads the pods of one component over zones and nodes. */
export function spreadOf(component: Component): NonNullable<PodSpec["topologySpreadConstraints"]> {
  return ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map((topologyKey) => ({
    topologyKey,
    maxSkew: 1,
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: { matchLabels: componentSelector(component) },
    matchLabelKeys: ["pod-template-hash"],
  }));
}

function heapOption(megabytes: number) {
  return { name: "NODE_OPTIONS", value: `--max-old-space-size=${megabytes}` };
}

function roleOption(role: PodRole) {
  return { name: roleVariable, value: role };
}
