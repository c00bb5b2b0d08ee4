import "reflect-metadata"; // for @peculiar/x509, which asks for it to be loaded first
import { webcrypto } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const oneYear = 365 * 24 * 3600 * 1000;

cryptoProvider.set(webcrypto as never);

/** A certificate and its key as files, both PEM. */
export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

export interface Subject {
  readonly commonName: string;
  readonly organization?: string;
  /** Names and addresses for a server's certificate; none for a client's. */
  readonly dns?: readonly string[];
  readonly ip?: readonly string[];
}

/** Signs certificates, and writes each beside its key into one folder. */
export interface Authority extends CertificateFiles {
  issue(name: string, subject: Subject): Promise<CertificateFiles>;
}

/** Makes a certificate authority whose files are `<folder>/<name>.crt` and `.key`. */
export async function createAuthority(folder: string, name: string, commonName: string): Promise<Authority> {
  const keys = await newKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [commonName] }],
    keys,
    signingAlgorithm: algorithm,
    ...validity(),
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const files = await writeFiles(folder, name, certificate, keys.privateKey);
  return { ...files, issue: (leaf, subject) => issue(folder, leaf, subject, certificate, keys.privateKey) };
}

async function issue(
  folder: string,
  name: string,
  { commonName, organization, dns = [], ip = [] }: Subject,
  issuer: X509Certificate,
  signingKey: webcrypto.CryptoKey,
): Promise<CertificateFiles> {
  const keys = await newKeys();
  const names = [
    ...dns.map((value) => ({ type: "dns" as const, value })),
    ...ip.map((value) => ({ type: "ip" as const, value })),
  ];
  const certificate = await X509CertificateGenerator.create({
    subject: [...(organization ? [{ O: [organization] }] : []), { CN: [commonName] }],
    issuer: issuer.subjectName,
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: algorithm,
    ...validity(),
    extensions: [
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([
        ExtendedKeyUsage.clientAuth,
        ...(names.length > 0 ? [ExtendedKeyUsage.serverAuth] : []),
      ]),
      ...(names.length > 0 ? [new SubjectAlternativeNameExtension(names)] : []),
    ],
  });
  return writeFiles(folder, name, certificate, keys.privateKey);
}

/** A pair for signing service account tokens. */
export async function createSigningKeys(folder: string): Promise<{ publicKey: string; privateKey: string }> {
  const files = {
    publicKey: join(folder, "service-account.pub"),
    privateKey: join(folder, "service-account.key"),
  };
  const keys = await newKeys();
  const spki = await webcrypto.subtle.exportKey("spki", keys.publicKey);
  await writeFile(files.publicKey, `${PemConverter.encode(spki, "PUBLIC KEY")}\n`);
  await writeKey(files.privateKey, keys.privateKey);
  return files;
}

async function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

/** Backdated a little, for clocks that were set back. */
function validity(): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(Date.now() - 300_000), notAfter: new Date(Date.now() + oneYear) };
}

async function writeFiles(
  folder: string,
  name: string,
  certificate: X509Certificate,
  key: webcrypto.CryptoKey,
): Promise<CertificateFiles> {
  const files = { certificate: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(files.certificate, `${certificate.toString("pem")}\n`);
  await writeKey(files.key, key);
  return files;
}

async function writeKey(file: string, key: webcrypto.CryptoKey): Promise<void> {
  const pkcs8 = await webcrypto.subtle.exportKey("pkcs8", key);
  await writeFile(file, `${PemConverter.encode(pkcs8, "PRIVATE KEY")}\n`, { mode: 0o600 });
}

export async function readPem(files: CertificateFiles): Promise<CertificateFiles> {
  const [certificate, key] = await Promise.all([
    readFile(files.certificate, "utf8"),
    readFile(files.key, "utf8"),
  ]);
  return { certificate, key };
}
