/**
 * A circle as its nodes, each behind the next, with the first one again at the end; undefined if there is none.
 * @param depths of the nodes that are neither in a circle nor behind one
 */
export function findCircle(
  parents: ReadonlyMap<string, readonly string[]>,
  depths: ReadonlyMap<string, number>,
): readonly string[] | undefined {
  const walked = new Map<string, number>();
  let at = [...parents.keys()].find((id) => !depths.has(id));
  while (at !== undefined) {
    const again = walked.get(at);
    if (again !== undefined) return [...[...walked.keys()].slice(again), at];
    walked.set(at, walked.size);
    at = parents.get(at)?.find((id) => !depths.has(id));
  }
  return undefined;
}
