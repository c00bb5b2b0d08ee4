/** The secret that a NAS and the server share. */
export interface SharedSecret {
  readonly secret: Uint8Array;
  /**
   * Whether a Message-Authenticator is required in every Access-Request and in replies to it. Without one, an
   * attacker between NAS and server can turn a reject into an accept (CVE-2024-3596, Blast-RADIUS). Use false only
   * for a NAS that cannot send it, over a path protected by other means. A Status-Server and a request with
   * Proxy-State always need one.
   * @default true
   */
  readonly requireMessageAuthenticator?: boolean;
}
