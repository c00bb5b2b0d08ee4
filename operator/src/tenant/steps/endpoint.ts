import type { Kind, KubernetesObject } from "../../controller/kinds.ts";
import type { Outcome } from "../../controller/outcome.ts";
import { ensureCertificate } from "../certificates.ts";
import { backendTlsPolicy } from "../desired/backend-tls-policy.ts";
import { backendTlsPolicyKind } from "../kinds.ts";
import { releaseHosts } from "../release-hosts.ts";
import { routeKind, wantedRoute } from "../routes.ts";
import { applyAll, type Subject } from "../subject.ts";

/** Leads the tenant's hosts to its pods. */
export async function endpoint(subject: Subject): Promise<Outcome> {
  const { plan } = subject;
  const certificate = await ensureCertificate(subject, "gateway-tls", plan.hosts);
  if (certificate.kind !== "done") return certificate;
  await route(subject);
  subject.found.endpoint = `https://${plan.hosts[0]}`;
  return releaseHosts(subject, plan.hosts);
}

async function route(subject: Subject): Promise<void> {
  const { plan } = subject;
  const settings = plan.settings.route;
  if (settings.kind === "HTTPRoute") await applyAll(subject, backendTlsPolicyKind, backendTlsPolicy(plan));
  await applyAll(subject, routeKind(settings) as Kind<KubernetesObject>, wantedRoute(plan));
}
