/** Sorts things by time. Things of one instant keep the given order. */
export function inOrder<Thing extends { readonly at: number }>(things: readonly Thing[]): readonly Thing[] {
  return [...things].sort((one, other) => one.at - other.at);
}
