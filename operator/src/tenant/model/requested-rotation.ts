import type { Tenant } from "./kinds.ts";

/** Annotation on the Tenant. Each new text requests new credentials once. */
export const rotationAnnotation = "dotmac.io/rotate-credentials";

/** Number of characters of the text that Vault and the status keep. Later characters are ignored. */
const longest = 256;

/** The text that requests a rotation, or undefined without one. */
export function requestedRotation({ metadata }: Tenant): string | undefined {
  const text = [...(metadata.annotations?.[rotationAnnotation] ?? "")].slice(0, longest).join("");
  return text === "" ? undefined : text;
}
