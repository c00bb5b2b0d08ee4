import { createPrivateKey } from "node:crypto";

const shortestBits = 2_048;
const longestBits = 4_096;

/** The advice for a private key that cannot sign: RSA of 2,048 to 4,096 bits (RFC 8301, 3.2), in PEM, without a passphrase. */
export function dkimKeyFault(pem: string): string | undefined {
  const bits = rsaBitsOf(pem);
  if (bits !== undefined && bits >= shortestBits && bits <= longestBits) return undefined;
  return `write a private RSA key of ${shortestBits} to ${longestBits} bits in PEM, without a passphrase`;
}

function rsaBitsOf(pem: string): number | undefined {
  // OpenSSL skips the text before the first line of a key: it is not read at all here.
  if (!pem.trimStart().startsWith("-----BEGIN ")) return undefined;
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(pem);
    return asymmetricKeyType === "rsa" ? asymmetricKeyDetails?.modulusLength : undefined;
  } catch {
    return undefined;
  }
}
