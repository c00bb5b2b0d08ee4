import { chooseFitting, type Obstacle } from "../../machine/choose-fitting.ts";

/** How servers are run: as child processes from Debian's, npm's and Go's programs, or in containers. */
export type Way = "processes" | "containers";

/** Why each way cannot be gone here. */
export type Obstacles = Readonly<Record<Way, Obstacle>>;

/**
 * The way asked for, or the first that can be gone here: processes, then containers.
 * @throws an Error that says of each way what is in it.
 */
export function chooseWay(asked: string | undefined, obstacles: Obstacles): Promise<Way> {
  return chooseFitting<Way>(asked, {
    variable: "TEST_SERVICES",
    obstacles,
    unasked: ["processes", "containers"],
    nothingFits: { before: "No way to run the tests' servers on this machine" },
  });
}
