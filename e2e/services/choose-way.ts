/** How servers are run: as child processes from Debian's, npm's and Go's programs, or in containers. */
export type Way = "processes" | "containers";

/** Why each way cannot be gone here, in words that say what to do; undefined when it can. */
export type Obstacles = Readonly<Record<Way, () => Promise<string | undefined>>>;

/**
 * The way asked for, or the first that can be gone here: processes, then containers.
 * @throws an Error that says of each way what is in it.
 */
export async function chooseWay(asked: string | undefined, obstacles: Obstacles): Promise<Way> {
  if (asked) return wayNamed(asked, obstacles);
  const found: string[] = [];
  for (const way of ["processes", "containers"] as const) {
    const obstacle = await obstacles[way]();
    if (obstacle === undefined) return way;
    found.push(`TEST_SERVICES=${way}: ${obstacle}.`);
  }
  throw new Error(`No way to run the tests' servers on this machine:\n  ${found.join("\n  ")}`);
}

async function wayNamed(asked: string, obstacles: Obstacles): Promise<Way> {
  if (asked !== "processes" && asked !== "containers") {
    throw new Error(`TEST_SERVICES=${asked} is unknown; it can be processes, containers, or unset.`);
  }
  const obstacle = await obstacles[asked]();
  if (obstacle !== undefined) throw new Error(`TEST_SERVICES=${asked} cannot be used here: ${obstacle}.`);
  return asked;
}
