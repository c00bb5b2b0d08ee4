/** The first items, up to a count. The generator is not asked for more than these. */
export function take<Item>(items: Generator<Item>, count: number): readonly Item[] {
  const taken: Item[] = [];
  while (taken.length < count) {
    const { done, value } = items.next();
    if (done) break;
    taken.push(value);
  }
  return taken;
}
