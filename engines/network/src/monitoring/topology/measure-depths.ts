/**
 * The length of the longest way to each node, parents first. Nodes in a circle or behind one are absent (Kahn's
 * algorithm). No recursion, because a chain may exceed the depth of the call stack.
 */
export function measureDepths(
  parents: ReadonlyMap<string, readonly string[]>,
  children: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, number> {
  const open = new Map([...parents].map(([id, above]) => [id, above.length]));
  const depths = new Map<string, number>();
  let level = [...parents.keys()].filter((id) => open.get(id) === 0);
  for (let depth = 0; level.length > 0; depth += 1) {
    const next: string[] = [];
    for (const id of level) {
      depths.set(id, depth);
      for (const child of children.get(id) ?? []) {
        const left = (open.get(child) ?? 0) - 1;
        open.set(child, left);
        if (left === 0) next.push(child);
      }
    }
    level = next;
  }
  return depths;
}
