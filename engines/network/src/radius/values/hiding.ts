/** The inputs that hide values. */
export interface Hiding {
  /** The secret that a NAS shares with the server. */
  readonly secret: Uint8Array;
  /** The authenticator of the Access-Request. Zeros for other requests, whose authenticator is computed last. */
  readonly authenticator: Uint8Array;
}
