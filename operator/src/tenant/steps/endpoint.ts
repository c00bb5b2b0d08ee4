import type { Outcome } from "../../kubernetes/loop/outcome.ts";
import type { Kind, KubernetesObject } from "../../kubernetes/objects/kinds.ts";
import { ensureCertificate } from "../credentials/certificates.ts";
import { backendTlsPolicy } from "../desired/route/backend-tls-policy.ts";
import { releaseHosts } from "../hosts/release-hosts.ts";
import { desiredRoute, routeKind } from "../hosts/routes.ts";
import { backendTlsPolicyKind } from "../model/kinds.ts";
import { finding } from "../step/findings.ts";
import { applyAll, type Subject } from "../step/subject.ts";

/** The address of the ISP's API. */
export const endpointFound = finding<string>("endpoint", "EndpointReady");

/** Routes the tenant's hosts to its pods. */
export async function endpoint(subject: Subject): Promise<Outcome> {
  const { blueprint } = subject;
  const certificate = await ensureCertificate(subject, "gateway-tls", blueprint.hosts);
  if (certificate.kind !== "done") return certificate;
  await route(subject);
  subject.found.set(endpointFound, `https://${blueprint.hosts[0]}`);
  return releaseHosts(subject, blueprint.hosts);
}

async function route(subject: Subject): Promise<void> {
  const { blueprint } = subject;
  const settings = blueprint.settings.route;
  if (settings.kind === "HTTPRoute")
    await applyAll(subject, backendTlsPolicyKind, backendTlsPolicy(blueprint));
  await applyAll(subject, routeKind(settings) as Kind<KubernetesObject>, desiredRoute(blueprint));
}
