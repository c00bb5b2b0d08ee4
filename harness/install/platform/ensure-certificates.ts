import { createHash } from "node:crypto";
import { type KeyPair, openAuthority } from "../../authority/authority.ts";
import { applyObjects } from "../../kubernetes/apply-objects.ts";
import type { Kubectl } from "../../kubernetes/kubectl.ts";
import { platformNamespace } from "../namespace.ts";
import { type Secret, secretObject } from "./secrets.ts";

const services = ["postgres", "pgbouncer", "redis-cache", "redis-state", "vault", "egress-proxy"];
const authorityAnnotation = "dotmac.io/authority";

/**
 * Signs the missing certificates of the services with the development CA, and stores the CA with them. Returns the CA's
 * fingerprint: after a change of it, the services must be restarted.
 */
export async function ensureCertificates(
  kubectl: Kubectl,
  found: ReadonlyMap<string, Secret>,
  ca: KeyPair,
): Promise<string> {
  const fingerprint = createHash("sha256").update(ca.certificate).digest("hex").slice(0, 16);
  const isOurs = (name: string) => found.get(name)?.annotations?.[authorityAnnotation] === fingerprint;
  const missing = ["platform-ca", ...services.map(secretName)].filter((name) => !isOurs(name));
  if (missing.length === 0) return fingerprint;
  const authority = await openAuthority(ca);
  const annotations = { [authorityAnnotation]: fingerprint };
  const pairs = await Promise.all(
    services.map(async (name) =>
      tlsSecret(secretName(name), await authority.issue(namesOf(name)), annotations),
    ),
  );
  const objects = [configMap(ca.certificate), tlsSecret("platform-ca", ca, annotations), ...pairs];
  await applyObjects(
    kubectl,
    objects.map((object) => JSON.stringify(object)),
  );
  return fingerprint;
}

function secretName(service: string): string {
  return `${service}-tls`;
}

function namesOf(service: string) {
  const short = `${service}.${platformNamespace}.svc`;
  return { dnsNames: [`${short}.cluster.local`, short] };
}

function configMap(certificate: string) {
  const metadata = { name: "platform-ca", namespace: platformNamespace };
  return { apiVersion: "v1", kind: "ConfigMap", metadata, data: { "ca.crt": certificate } };
}

function tlsSecret(name: string, pair: KeyPair, annotations: Record<string, string>) {
  const data = { "tls.crt": pair.certificate, "tls.key": pair.key };
  return secretObject({ name, type: "kubernetes.io/tls", annotations, data });
}
