/** How much of a pod WebSocket clients may take; a pod serves one ISP. docs/api.md tells clients. */
export const webSocketBounds = {
  socketsPerUser: 10,
  socketsPerPod: 500,
  /** Upgrades whose token is still being checked. */
  openingAtOnce: 100,
  openingMs: 5_000,
  messageBytes: 4 * 1024,
  /** Messages and pings that a client may send at once, and how many it regains in a second. */
  messageBurst: 20,
  messagesPerSecond: 1,
  /** Reads of missed events: one at a time, so that they leave the pool to requests. */
  replayReadsAtOnce: 1,
  beatMs: 30_000,
  /** Sessions that are asked for at the same time after a beat. */
  sessionChecksAtOnce: 8,
} as const;

export type WebSocketBounds = { readonly [Name in keyof typeof webSocketBounds]: number };
