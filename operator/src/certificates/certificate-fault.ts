import { createPrivateKey, X509Certificate } from "node:crypto";
import type { CertificatePair } from "./certificate-pair.ts";
import { endOfCertificate } from "./issue-certificate.ts";

const renewBefore = 30 * 24 * 3_600_000;

/** Returns why a certificate must be issued again, or undefined when it is as desired. */
export function certificateFault(
  found: CertificatePair | undefined,
  desired: { readonly dnsNames: readonly string[]; readonly authority: string; readonly now: Date },
): string | undefined {
  if (found === undefined) return "there is none";
  const authority = new X509Certificate(desired.authority);
  try {
    const certificate = new X509Certificate(found.certificate);
    if (!certificate.checkPrivateKey(createPrivateKey(found.privateKey))) return "its key is not its own";
    if (!certificate.verify(authority.publicKey)) return "another authority signed it";
    if (!sameNames(certificate, desired.dnsNames)) return "it is for other names";
    return isDue(certificate, authority, desired.now) ? "it ends soon" : undefined;
  } catch {
    return "it cannot be read";
  }
}

function sameNames(certificate: X509Certificate, desired: readonly string[]): boolean {
  const found = (certificate.subjectAltName ?? "").split(", ").sort();
  return (
    found.join() ===
    desired
      .map((name) => `DNS:${name}`)
      .sort()
      .join()
  );
}

/** False when a new certificate would not end later, because its authority ends soon. */
function isDue(certificate: X509Certificate, authority: X509Certificate, now: Date): boolean {
  const remaining = certificate.validToDate.getTime() - now.getTime();
  return remaining < renewBefore && endOfCertificate(now, authority.validToDate) > certificate.validToDate;
}
