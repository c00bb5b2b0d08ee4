import { X509Certificate } from "node:crypto";

/** A reason not to use a bundle of trusted certificates. */
export interface BundleFault {
  /** Completes "found …", such as `none` or `that number 1 of 2 cannot be read`. */
  readonly found: string;
  readonly cause?: unknown;
}

const pemCertificate = /-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs;

/**
 * The fault of a bundle of trusted CA certificates (PEM), if any. A bundle with a fault must not be used: for an empty
 * list Node trusts every public authority, and it skips a broken certificate without an error.
 */
export function bundleFault(bundle: string): BundleFault | undefined {
  const certificates = bundle.match(pemCertificate) ?? [];
  if (certificates.length === 0) return { found: "none" };
  for (const [index, pem] of certificates.entries()) {
    try {
      new X509Certificate(pem);
    } catch (cause) {
      return { found: `that number ${index + 1} of ${certificates.length} cannot be read`, cause };
    }
  }
  return undefined;
}
