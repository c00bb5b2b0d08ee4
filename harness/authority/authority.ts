import "reflect-metadata";
import { webcrypto } from "node:crypto";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  type JsonName,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";

/** A certificate and its private key (PKCS #8), both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** The subject of a certificate: a server's with names or addresses, a client's without any. */
export interface CertificateSubject {
  /** Default: the first DNS name. */
  readonly commonName?: string;
  readonly organization?: string;
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
}

/** A certificate authority for tests and development clusters. Never for production. */
export interface Authority extends KeyPair {
  /** Signs a certificate that is valid as long as the authority. */
  issue(subject: CertificateSubject): Promise<KeyPair>;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const day = 24 * 60 * 60 * 1_000;

/** Creates an authority (ECDSA P-256), valid for `days` from an hour ago, because clocks differ. */
export async function createAuthority(commonName: string, days = 365): Promise<Authority> {
  const keys = await generateKeys();
  const notBefore = new Date(Date.now() - 60 * 60 * 1_000);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [commonName] }],
    keys,
    serialNumber: serialNumber(),
    notBefore,
    notAfter: new Date(notBefore.getTime() + days * day),
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return authority(certificate, keys.privateKey);
}

/** The authority with a stored certificate and key. */
export async function openAuthority({ certificate, key }: KeyPair): Promise<Authority> {
  const pkcs8 = PemConverter.decodeFirst(key);
  const privateKey = await webcrypto.subtle.importKey("pkcs8", pkcs8, algorithm, true, ["sign"]);
  return authority(new X509Certificate(certificate), privateKey);
}

async function authority(certificate: X509Certificate, key: webcrypto.CryptoKey): Promise<Authority> {
  return {
    ...(await keyPair(certificate, key)),
    async issue(subject) {
      const keys = await generateKeys();
      const issued = await X509CertificateGenerator.create({
        subject: distinguishedName(subject),
        issuer: certificate.subject,
        publicKey: keys.publicKey,
        signingKey: key,
        serialNumber: serialNumber(),
        notBefore: certificate.notBefore,
        notAfter: certificate.notAfter,
        signingAlgorithm: algorithm,
        extensions: extensionsOf(subject),
      });
      return keyPair(issued, keys.privateKey);
    },
  };
}

function distinguishedName({ commonName, organization, dnsNames = [] }: CertificateSubject): JsonName {
  return [
    ...(organization === undefined ? [] : [{ O: [organization] }]),
    { CN: [commonName ?? dnsNames[0] ?? "server"] },
  ];
}

function extensionsOf({ dnsNames = [], ipAddresses = [] }: CertificateSubject): Extension[] {
  const names = [
    ...dnsNames.map((value) => ({ type: "dns" as const, value })),
    ...ipAddresses.map((value) => ({ type: "ip" as const, value })),
  ];
  const isServer = names.length > 0;
  const { serverAuth, clientAuth } = ExtendedKeyUsage;
  return [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([isServer ? serverAuth : clientAuth]),
    ...(isServer ? [new SubjectAlternativeNameExtension(names)] : []),
  ];
}

async function keyPair(certificate: X509Certificate, key: webcrypto.CryptoKey): Promise<KeyPair> {
  const pkcs8 = await webcrypto.subtle.exportKey("pkcs8", key);
  return {
    certificate: `${certificate.toString("pem")}\n`,
    key: `${PemConverter.encode(pkcs8, "PRIVATE KEY")}\n`,
  };
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, [
    "sign",
    "verify",
  ]) as Promise<webcrypto.CryptoKeyPair>;
}

/** 127 random bits. RFC 5280 requires a positive number of at most 20 octets. */
function serialNumber(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return Buffer.from(bytes).toString("hex");
}
