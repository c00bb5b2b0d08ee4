/** Nodes by id: their parents and the state by their polls. */
export type Graph = Readonly<
  Record<string, { readonly parents: readonly string[]; readonly state: "up" | "down" | "unknown" }>
>;

/**
 * The unreachable devices, found by trying every path upwards: a device without an answer is reachable if a path of
 * silent or unpolled devices leads from one of its parents to a device that answers or to the poller itself.
 */
export function reachByPaths(graph: Graph): Record<string, string> {
  return Object.fromEntries(
    Object.entries(graph).map(([id, { parents, state }]) => {
      if (state === "up" || parents.length === 0) return [id, state];
      return [id, parents.some((parent) => leadsOn(graph, parent)) ? state : "unreachable"];
    }),
  );
}

function leadsOn(graph: Graph, id: string): boolean {
  const node = graph[id];
  if (node === undefined || node.state === "down") return false;
  if (node.state === "up" || node.parents.length === 0) return true;
  return node.parents.some((parent) => leadsOn(graph, parent));
}
