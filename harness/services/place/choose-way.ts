import { chooseFitting, type Obstacle } from "../../machine/choose-fitting.ts";

/** The two ways to run servers: as child processes from Debian's, npm's and Go's programs, or in containers. */
export type Way = "processes" | "containers";

/** The reason why each way cannot be used here. */
export type Obstacles = Readonly<Record<Way, Obstacle>>;

/**
 * The way chosen by name, or the first that works here: processes, then containers.
 * @throws an Error with the obstacle of each way.
 */
export function chooseWay(asked: string | undefined, obstacles: Obstacles): Promise<Way> {
  return chooseFitting<Way>(asked, {
    variable: "TEST_SERVICES",
    obstacles,
    unasked: ["processes", "containers"],
    nothingFits: { before: "No way to run the tests' servers on this machine" },
  });
}
