/** Nodes by id: their parents and what their polls say. */
export type Graph = Readonly<
  Record<string, { readonly parents: readonly string[]; readonly state: "up" | "down" | "unknown" }>
>;

/**
 * Who is unreachable, by trying every way upwards: a device that did not answer can be reached if some way of
 * silent, unpolled devices leads from one of its parents to a device that answers or to the poller itself.
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
