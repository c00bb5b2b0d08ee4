import { certificateFault } from "../../certificates/certificate-fault.ts";
import type { CertificatePair } from "../../certificates/certificate-pair.ts";
import { issueCertificate } from "../../certificates/issue-certificate.ts";
import { done, type Outcome, waiting } from "../../kubernetes/loop/outcome.ts";
import { kinds, type Secret } from "../../kubernetes/objects/kinds.ts";
import { certificate } from "../desired/route/certificate.ts";
import { tlsSecret } from "../desired/workload/secrets.ts";
import { applyAll, type Subject } from "../step/subject.ts";

/** Ensures a valid certificate for `dnsNames` in the Secret `name`, and renews it in time. */
export async function ensureCertificate(
  subject: Subject,
  name: "runtime-tls" | "gateway-tls",
  dnsNames: readonly string[],
): Promise<Outcome> {
  const { blueprint, world } = subject;
  const { certificates } = blueprint.settings;
  if (certificates.mode === "cert-manager") {
    await applyAll(subject, kinds.certificate, certificate(blueprint, name, dnsNames, certificates));
    return certificateReady(subject, name);
  }
  const live = await world.cluster.get(kinds.secret, { namespace: blueprint.names.namespace, name });
  const found = live && pairOf(live);
  const now = world.clock.now();
  const authority = await certificates.authority();
  const fault = certificateFault(found, { dnsNames, authority: authority.certificate, now });
  const pair = found === undefined || fault ? await issueCertificate(authority, dnsNames, now) : found;
  await applyAll(subject, kinds.secret, tlsSecret(blueprint, name, pair));
  return done;
}

async function certificateReady({ blueprint, world }: Subject, name: string): Promise<Outcome> {
  const secret = await world.cluster.find(kinds.secret, { namespace: blueprint.names.namespace, name });
  if (secret !== undefined) return done;
  return waiting("CertificatePending", `cert-manager has not issued the Secret ${name} yet.`, 30_000);
}

function pairOf({ data }: Secret): CertificatePair | undefined {
  const certificatePem = data?.["tls.crt"];
  const key = data?.["tls.key"];
  if (certificatePem === undefined || key === undefined) return undefined;
  return { certificate: text(certificatePem), privateKey: text(key) };
}

function text(base64: string): string {
  return Buffer.from(base64, "base64").toString();
}
