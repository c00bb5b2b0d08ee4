import "reflect-metadata";
import { randomBytes, webcrypto } from "node:crypto";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { TerminalError } from "../base/errors.ts";
import type { CertificatePair } from "./certificate-pair.ts";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const hour = 3_600_000;
const lifetime = 90 * 24 * hour;

/** The end of a certificate issued now: 90 days later, but not after the end of its authority. */
export function endOfCertificate(now: Date, authorityEnd: Date): Date {
  return new Date(Math.min(now.getTime() + lifetime, authorityEnd.getTime()));
}

/** Signs a server certificate (ECDSA P-256) for `dnsNames` with the platform's local authority. */
export async function issueCertificate(
  authority: CertificatePair,
  dnsNames: readonly string[],
  now: Date,
): Promise<CertificatePair> {
  const issuer = new X509Certificate(authority.certificate);
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const issued = await X509CertificateGenerator.create({
    subject: "",
    issuer: issuer.subject,
    publicKey: keys.publicKey,
    signingKey: await signingKey(authority.privateKey),
    signingAlgorithm: algorithm,
    serialNumber: serialNumber(),
    // Valid from an hour ago, because clocks differ.
    notBefore: new Date(now.getTime() - hour),
    notAfter: endOfCertificate(now, issuer.notAfter),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      // RFC 5280 section 4.2.1.6: critical because the subject is empty. A common name holds only 64 characters.
      new SubjectAlternativeNameExtension(
        dnsNames.map((value) => ({ type: "dns" as const, value })),
        true,
      ),
      await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  const pkcs8 = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
  return {
    certificate: `${issued.toString("pem")}\n`,
    privateKey: `${PemConverter.encode(pkcs8, "PRIVATE KEY")}\n`,
  };
}

async function signingKey(pem: string): Promise<webcrypto.CryptoKey> {
  try {
    return await webcrypto.subtle.importKey("pkcs8", PemConverter.decodeFirst(pem), algorithm, false, [
      "sign",
    ]);
  } catch (error) {
    throw new TerminalError(
      "AuthorityKey",
      "Expected the local authority's tls.key as ECDSA P-256 in PKCS #8 (BEGIN PRIVATE KEY), found another form: " +
        "replace the Secret that certificates.caSecret names.",
      { cause: error },
    );
  }
}

/** RFC 5280 section 4.1.2.2: positive, at most 20 octets. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString("hex");
}
