/** A certificate, with those between it and its root if any, and its private key (PKCS #8); all PEM. */
export interface CertificatePair {
  readonly certificate: string;
  readonly privateKey: string;
}
