/** The first items, as many as asked for or fewer where there are no more; asks for none beyond them. */
export function take<Item>(items: Generator<Item>, count: number): readonly Item[] {
  const taken: Item[] = [];
  while (taken.length < count) {
    const { done, value } = items.next();
    if (done) break;
    taken.push(value);
  }
  return taken;
}
