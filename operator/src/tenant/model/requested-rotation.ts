import type { Tenant } from "./kinds.ts";

/** On the Tenant: each new text asks for new credentials once. */
export const rotationAnnotation = "dotmac.io/rotate-credentials";

/** How many characters of the text are kept, in Vault and in the status; what comes after them does not count. */
const longest = 256;

/** The text that asks for a rotation, or undefined when nothing does. */
export function requestedRotation({ metadata }: Tenant): string | undefined {
  const text = [...(metadata.annotations?.[rotationAnnotation] ?? "")].slice(0, longest).join("");
  return text === "" ? undefined : text;
}
