import { generateKeyPairSync } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { KeyPair } from "./authority.ts";

/** The paths of a certificate and its key, both PEM. */
export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

/** Writes `<folder>/<name>.crt` and `.key`. */
export async function writeCertificate(
  folder: string,
  name: string,
  { certificate, key }: KeyPair,
): Promise<CertificateFiles> {
  const files = { certificate: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(files.certificate, certificate);
  await writeFile(files.key, key, { mode: 0o600 });
  return files;
}

/** Writes a key pair that signs service account tokens. */
export async function writeSigningKeys(folder: string): Promise<{ publicKey: string; privateKey: string }> {
  const files = {
    publicKey: join(folder, "service-account.pub"),
    privateKey: join(folder, "service-account.key"),
  };
  const { publicKey, privateKey } = generateKeyPairSync("ec", {
    namedCurve: "P-256",
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  await writeFile(files.publicKey, publicKey);
  await writeFile(files.privateKey, privateKey, { mode: 0o600 });
  return files;
}
