/** The names of the containers that the operator puts into pods. */
const ownNames = ["runtime", "migrate"];

/**
 * Of a pod's containers, or of their states, that of the operator's own: others may have put more beside it, before or
 * after it. The first where none has a known name.
 */
export function ownContainer<T extends { readonly name: string }>(
  containers: readonly T[] | undefined,
): T | undefined {
  return containers?.find(({ name }) => ownNames.includes(name)) ?? containers?.[0];
}
