import type { Deployment } from "../../../kubernetes/objects/kinds.ts";

export type PodSpec = NonNullable<NonNullable<Deployment["spec"]>["template"]["spec"]>;
export type Container = PodSpec["containers"][number];

/** The uid and gid that all images run as. */
const unprivileged = 65532;

/** What every pod of a tenant has in common: no rights, no root, nothing that another pod could use. */
export const podDefaults = {
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  // One question at a time, asked again after a second, whole names first: docs/decisions/0012.
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

/** A container that can write to `/tmp` only and gain no privilege. */
export const containerDefaults = {
  imagePullPolicy: "IfNotPresent",
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  },
} satisfies Partial<Container>;

/** Where each pod finds its files; see "the runtime's environment" in docs/contracts.md. */
export const mounts: NonNullable<Container["volumeMounts"]> = [
  { name: "config", mountPath: "/etc/dotmac", readOnly: true },
  { name: "run", mountPath: "/var/run/dotmac", readOnly: true },
  { name: "tmp", mountPath: "/tmp" },
];

/** One volume for `/etc/dotmac`: a mount inside of another read-only one has no place to be mounted on. */
export const configVolume: NonNullable<PodSpec["volumes"]>[number] = {
  name: "config",
  projected: {
    defaultMode: 0o444,
    sources: [
      { configMap: { name: "runtime", items: [{ key: "tenant.json", path: "tenant.json" }] } },
      { configMap: { name: "platform-ca", items: [{ key: "ca.crt", path: "ca/ca.crt" }] } },
    ],
  },
};

export const temporaryVolume: NonNullable<PodSpec["volumes"]>[number] = {
  name: "tmp",
  emptyDir: { sizeLimit: "64Mi" },
};

/** What differs between pods and is therefore not in a file. */
export function podEnvironment(heapMegabytes: number): NonNullable<Container["env"]> {
  return [
    { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
    { name: "POD_NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } },
    { name: "LOG_LEVEL", value: "info" },
    { name: "NODE_OPTIONS", value: `--max-old-space-size=${heapMegabytes}` },
  ];
}
