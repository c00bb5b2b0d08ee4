import type { Certificate } from "../../../kubernetes/objects/kinds.ts";
import type { Blueprint } from "../../model/blueprint.ts";
import type { CertificateSettings } from "../../model/settings.ts";
import { tenantLabels } from "../labels.ts";

/** A request to cert-manager for a certificate in the Secret of the same name. */
export function certificate(
  { names }: Blueprint,
  name: "runtime-tls" | "gateway-tls",
  dnsNames: readonly string[],
  { issuerRef }: CertificateSettings & { mode: "cert-manager" },
): Certificate {
  return {
    apiVersion: "cert-manager.io/v1",
    kind: "Certificate",
    metadata: { name, namespace: names.namespace, labels: tenantLabels(names) },
    spec: {
      secretName: name,
      secretTemplate: { labels: tenantLabels(names) },
      dnsNames: [...dnsNames],
      privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
      usages: ["digital signature", "server auth"],
      // Before cert-manager 1.18 the default keeps every request, and the quota counts them.
      revisionHistoryLimit: 2,
      issuerRef: { group: "cert-manager.io", ...issuerRef },
    },
  };
}
