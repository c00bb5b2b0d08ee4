import { z } from "zod";
import { FileFault } from "../../process/files/file-fault.ts";
import { parseYamlFile } from "../../process/files/yaml-file.ts";
import { bytes, duration, loadConfigFile, port } from "./base/config-file.ts";
import { reservedKey } from "./tenant/model/tenant-metadata.ts";

const name = z
  .string()
  .regex(
    /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/,
    "write a Kubernetes name: lower-case letters, digits, - and .",
  );
const host = z
  .string()
  .regex(/^[A-Za-z0-9]([-A-Za-z0-9.]{0,251}[A-Za-z0-9])?$/, "write a host name or IPv4 address without port");
const endpoint = z.strictObject({ host, port });
const whole = (least: number, most: number) => {
  const message = `write a whole number from ${least} to ${most}`;
  return z
    .number(message)
    .refine((value) => Number.isInteger(value) && value >= least && value <= most, message);
};
const annotations = z.record(z.string(), z.string()).default({});

const allowedKeys = z
  .array(
    z
      .string()
      .regex(
        /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/,
        "write a key, for example example.com/team, or a prefix that ends in a slash",
      )
      .refine((key) => key !== "" && !reservedKey.test(key), {
        message: "leave out keys of kubernetes.io, k8s.io and dotmac.io: no Tenant may set them",
      }),
  )
  .default([]);
const allowedMetadata = z.strictObject({ labels: allowedKeys, annotations: allowedKeys }).prefault({});

const leaderElection = z
  .strictObject({
    namespace: name,
    name,
    leaseDuration: duration.default(15_000),
    renewDeadline: duration.default(10_000),
    retryPeriod: duration.default(2_000),
  })
  .refine((times) => times.renewDeadline < times.leaseDuration, {
    path: ["renewDeadline"],
    message: "write a duration shorter than leaseDuration: the holder must give up before others take over",
  })
  .refine((times) => times.retryPeriod * 2 <= times.renewDeadline, {
    path: ["retryPeriod"],
    message: "write a duration that fits twice into renewDeadline: one lost renewal must not cost the lead",
  });

const image = z
  .string()
  .regex(
    /^[^ ]+(:[A-Za-z0-9_][A-Za-z0-9_.-]*|@sha256:[0-9a-f]{64})$/,
    "write an image with its tag or digest, for example registry.example.com/dotmac/tenant-runtime:1.4.2",
  )
  .refine((text) => !text.endsWith(":latest"), {
    message: "name the image's version instead of latest, whose content changes under the same name",
  });

const redisShare = z
  .strictObject({ bytes: bytes.prefault("16Mi"), keys: z.int().min(100).max(10_000_000).default(100_000) })
  .prefault({});

const shortestRotation = 3_600_000;

const schema = z.strictObject({
  leaderElection,
  workers: z.int().min(1).max(64).default(4),
  resync: duration.default(300_000),
  runtime: z.strictObject({ image, schemaVersion: z.int().min(0) }),
  platform: z.strictObject({
    namespace: name,
    postgres: z.strictObject({ host, port, database: z.string().min(1), secret: name }),
    pgbouncer: endpoint,
    redis: z.strictObject({ cache: endpoint, state: endpoint, secret: name }),
    vault: z.strictObject({
      address: z.url({
        protocol: /^https$/,
        error: "write an https:// address: the operator connects to Vault by TLS only",
      }),
      authMount: z.string().min(1),
      role: z.string().min(1),
    }),
    egress: endpoint,
    caConfigMap: name,
  }),
  certificates: z.discriminatedUnion(
    "mode",
    [
      z.strictObject({ mode: z.literal("local"), caSecret: name }),
      z.strictObject({
        mode: z.literal("cert-manager"),
        issuerRef: z.strictObject({ kind: z.enum(["ClusterIssuer", "Issuer"]), name }),
      }),
    ],
    { error: "write local or cert-manager" },
  ),
  route: z.discriminatedUnion(
    "kind",
    [
      z.strictObject({ kind: z.literal("Ingress"), className: name, annotations }),
      z.strictObject({
        kind: z.literal("HTTPRoute"),
        gatewayRef: z.strictObject({ namespace: name, name }),
        annotations,
      }),
    ],
    { error: "write Ingress or HTTPRoute" },
  ),
  gateway: z.strictObject({ namespace: name, podLabels: z.record(z.string(), z.string()) }),
  credentials: z
    .strictObject({
      rotateEvery: duration
        .refine(
          (time) => time >= shortestRotation,
          "write a duration of 1h or longer: a rotation takes about 20 minutes",
        )
        .optional(),
    })
    .prefault({}),
  authentication: z
    .strictObject({ oneTimePasswordHours: whole(1, 720).optional(), hashingThreads: whole(1, 4).optional() })
    .optional(),
  redisShares: z.strictObject({ cache: redisShare, state: redisShare }).prefault({}),
  tenantMetadata: z.strictObject({ namespace: allowedMetadata, pods: allowedMetadata }).prefault({}),
  adminNamespace: name,
});

/** The operator's settings, validated at the start. Durations are in milliseconds. */
export type OperatorConfig = z.output<typeof schema>;

/** The settings that differ between pods. */
export interface PodIdentity {
  readonly podName: string;
  readonly podNamespace: string;
}

/**
 * Reads the file named by `DOTMAC_OPERATOR_CONFIG`.
 * @throws FileFault
 */
export function loadConfig(environment: NodeJS.ProcessEnv): OperatorConfig {
  const path = "/etc/dotmac-operator/config.yaml";
  return loadConfigFile(schema, { path, override: "DOTMAC_OPERATOR_CONFIG", environment });
}

/** @throws FileFault */
export function parseConfig(text: string, path: string): OperatorConfig {
  return parseYamlFile(schema, text, path);
}

/** @throws FileFault */
export function loadPodIdentity(environment: NodeJS.ProcessEnv): PodIdentity {
  const { POD_NAME: podName, POD_NAMESPACE: podNamespace } = environment;
  if (!podName || !podNamespace) {
    throw new FileFault(
      "set POD_NAME and POD_NAMESPACE to the pod's own name and namespace (downward API: metadata.name, metadata.namespace)",
    );
  }
  return { podName, podNamespace };
}
