/** The things in the order of their time; those of one instant stay in the order given. */
export function inOrder<Thing extends { readonly at: number }>(things: readonly Thing[]): readonly Thing[] {
  return [...things].sort((one, other) => one.at - other.at);
}
