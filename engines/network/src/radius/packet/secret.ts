/** What a NAS and the server share. */
export interface SharedSecret {
  readonly secret: Uint8Array;
  /**
   * Whether a Message-Authenticator must be in every Access-Request, Status-Server and reply to them. Without
   * one, who sits between can turn a reject into an accept (CVE-2024-3596, Blast-RADIUS): false only for a
   * NAS that cannot send it, over a path that is protected otherwise. A Status-Server needs one all the same,
   * and so does a request with Proxy-State.
   * @default true
   */
  readonly requireMessageAuthenticator?: boolean;
}
