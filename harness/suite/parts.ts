/** A run of Vitest. Only the servers of its own projects run beside its tests. */
export interface Part {
  readonly name: string;
  /** Names of Vitest's projects. `!name` leaves a project out. */
  readonly projects: readonly string[];
  /** Its tests use the cluster of `make up`, and run little of the measured code in their own process. */
  readonly cluster?: true;
}

/**
 * Each project with servers of its own is a part of its own: idle API servers and an idle cluster use more than a core.
 * The cluster comes last for the same reason.
 */
const partsWithServers: readonly Part[] = [
  ...["crds", "charts", "services", "operator", "tenant-runtime"].map((name) => ({ name, projects: [name] })),
  { name: "cluster", projects: ["cluster"], cluster: true },
  { name: "platform", projects: ["platform"], cluster: true },
];

/** All parts of the suite, in the order of their runs. The first one holds every project that no other part names. */
const parts: readonly Part[] = [
  {
    name: "without-servers",
    projects: partsWithServers.flatMap(({ projects }) => projects).map((project) => `!${project}`),
  },
  ...partsWithServers,
];

/** The parts with these names, in their own order; all of them if no name is given. @throws when a part is unknown. */
export function namedParts(names: readonly string[]): readonly Part[] {
  const known = parts.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new Error(`Expected parts of the suite, found "${unknown}": write one of ${known.join(", ")}`);
  return names.length === 0 ? parts : parts.filter(({ name }) => names.includes(name));
}
