import type { ContainerKind } from "./container-place.ts";
import type { Place } from "./place.ts";
import { processPlace } from "./process-place.ts";
import { wayHere } from "./way-here.ts";

/** The account of servers in containers whose image has no better one. */
export const nobodyInContainers = "65532:65532";

/** The two forms of a kind of server. */
export interface ServerKind {
  readonly name: string;
  /** The path of the program on this machine. */
  process(): Promise<string>;
  readonly container: ContainerKind;
}

/**
 * Creates a place for one server, as a process or a container.
 * @param keptIn a folder that keeps the server's directory after its end
 * @throws an Error when data must be kept but servers run in containers
 */
export async function newPlace(kind: ServerKind, keptIn?: string): Promise<Place> {
  if ((await wayHere()) === "processes")
    return processPlace({ name: kind.name, program: [await kind.process()], keptIn });
  refuseToKeep(keptIn);
  const { containerPlace } = await import("./container-place.ts");
  return containerPlace(kind.container);
}

/** @throws an Error if data must be kept, because a container keeps none. */
export function refuseToKeep(keptIn: string | undefined): void {
  if (keptIn === undefined) return;
  throw new Error(
    `Expected servers that run as processes, which can keep their data in ${keptIn}, found servers in containers: ` +
      "set TEST_SERVICES=processes, or omit the folder for the data.",
  );
}
