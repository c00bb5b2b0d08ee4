/** The names of the operator's own containers in pods. */
const ownNames = ["runtime", "worker", "migrate"];

/**
 * Returns the operator's own container of a pod, or its state. Others may have added containers before or after it. If
 * none has a known name, it returns the first.
 */
export function ownContainer<T extends { readonly name: string }>(
  containers: readonly T[] | undefined,
): T | undefined {
  return containers?.find(({ name }) => ownNames.includes(name)) ?? containers?.[0];
}
