/** The bounds of a pod for WebSocket clients. A pod serves one ISP. docs/api.md describes them for clients. */
export const webSocketBounds = {
  socketsPerUser: 10,
  socketsPerPod: 500,
  /** Upgrades whose token is being checked. */
  openingAtOnce: 100,
  openingMs: 5_000,
  messageBytes: 4 * 1024,
  /** The messages and pings that a client may send at once, and the number it regains per second. */
  messageBurst: 20,
  messagesPerSecond: 1,
  /** Reads of missed events. One at a time leaves the pool to requests. */
  replayReadsAtOnce: 1,
  beatMs: 30_000,
  /** The interval of the checks of all sockets' sessions. Together with `versionTrustMs` it is less than 5 s. */
  sessionLookMs: 2_000,
  /** Sessions that are checked at the same time. */
  sessionChecksAtOnce: 8,
} as const;

export type WebSocketBounds = { readonly [Name in keyof typeof webSocketBounds]: number };
