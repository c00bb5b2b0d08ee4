/** A certificate, its intermediate certificates if any, and its private key (PKCS #8), all as PEM. */
export interface CertificatePair {
  readonly certificate: string;
  readonly privateKey: string;
}
