/** Bytes from the subscriber and bytes to the subscriber. */
export const directions = ["upload", "download"] as const;
export type Direction = (typeof directions)[number];
