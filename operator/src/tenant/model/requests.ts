import type { Tenant } from "./kinds.ts";

/** Annotations on the Tenant. Each new text requests the action once. */
export const requestAnnotations = {
  /** New credentials. */
  rotation: "dotmac.io/rotate-credentials",
  /** New pods of the same version, one after another. */
  restart: "dotmac.io/restart-pods",
  /** Another attempt of a migration that has failed. */
  migration: "dotmac.io/retry-migration",
} as const;

export type Request = keyof typeof requestAnnotations;

/** Number of characters of the text that are kept. Later characters are ignored. */
const longest = 256;

/** The text that requests the action, or undefined without one. */
export function requested(request: Request, { metadata }: Pick<Tenant, "metadata">): string | undefined {
  const text = [...(metadata.annotations?.[requestAnnotations[request]] ?? "")].slice(0, longest).join("");
  return text === "" ? undefined : text;
}

/** The command that makes a new request. */
export function requestCommand(request: Request, tenant: string): string {
  return `kubectl annotate tenant ${tenant} --overwrite ${requestAnnotations[request]}="$(date -u +%FT%TZ)"`;
}
