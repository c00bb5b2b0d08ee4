/** A run of Vitest. Only the servers of its own projects run beside its tests. */
export interface Part {
  readonly name: string;
  /** Names of Vitest's projects. `!name` leaves a project out. */
  readonly projects: readonly string[];
  /**
   * Parts of one lane run one after the other; the lanes `one` and `two` run beside each other, because most tests keep
   * one core busy. The cluster's tests come last and alone: an idle cluster uses half a core.
   */
  readonly lane: "one" | "two" | "cluster";
}

/** A project with servers of its own is a part of its own, because idle API servers use half a core together. */
const partsWithServers: readonly Part[] = [
  alone("operator", "one"),
  ...["crds", "charts", "services", "tenant-runtime"].map((name) => alone(name, "two")),
  ...["cluster", "platform"].map((name) => alone(name, "cluster")),
];

/** All parts, in the order of their lanes. The first one holds every project that no other part names. */
const parts: readonly Part[] = [
  {
    name: "without-servers",
    projects: partsWithServers.flatMap(({ projects }) => projects).map((project) => `!${project}`),
    lane: "two",
  },
  ...partsWithServers,
];

function alone(project: string, lane: Part["lane"]): Part {
  return { name: project, projects: [project], lane };
}

/** The parts with these names, in their own order; all of them if no name is given. @throws when a part is unknown. */
export function namedParts(names: readonly string[]): readonly Part[] {
  const known = parts.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new Error(`Expected parts of the suite, found "${unknown}": write one of ${known.join(", ")}`);
  return names.length === 0 ? parts : parts.filter(({ name }) => names.includes(name));
}
