import type { SourceRefusal } from "./sources.ts";

/** Why the front closes a connection. */
export type FrontRefusal = SourceRefusal | "evicted" | "no-first-byte" | "server-unreachable";
