/** What hidden values are mixed with. */
export interface Hiding {
  /** The secret that a NAS shares with the server. */
  readonly secret: Uint8Array;
  /** The authenticator of the Access-Request; zeros for the other requests, whose own comes last. */
  readonly authenticator: Uint8Array;
}
