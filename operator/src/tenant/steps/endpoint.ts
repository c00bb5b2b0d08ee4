import { kinds } from "../../controller/kinds.ts";
import { done, type Outcome } from "../../controller/outcome.ts";
import { ensureCertificate } from "../certificates.ts";
import { backendTlsPolicy } from "../desired/backend-tls-policy.ts";
import { httpRoute } from "../desired/http-route.ts";
import { ingress } from "../desired/ingress.ts";
import { backendTlsPolicyKind } from "../kinds.ts";
import { applyAll, type Subject } from "../subject.ts";

/** Leads the tenant's hosts to its pods. */
export async function endpoint(subject: Subject): Promise<Outcome> {
  const { plan } = subject;
  const certificate = await ensureCertificate(subject, "gateway-tls", plan.hosts);
  if (certificate.kind !== "done") return certificate;
  await route(subject);
  subject.found.endpoint = `https://${plan.hosts[0]}`;
  return done;
}

async function route(subject: Subject): Promise<void> {
  const { plan } = subject;
  const settings = plan.settings.route;
  if (settings.kind === "Ingress") {
    await applyAll(subject, kinds.ingress, ingress(plan, settings));
    return;
  }
  await applyAll(subject, backendTlsPolicyKind, backendTlsPolicy(plan));
  await applyAll(subject, kinds.httpRoute, httpRoute(plan, settings));
}
