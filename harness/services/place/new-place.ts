import type { ContainerKind } from "./container-place.ts";
import type { Place } from "./place.ts";
import { processPlace } from "./process-place.ts";
import { wayHere } from "./way-here.ts";

/** Whom servers are in a container whose image names no better one. */
export const nobodyInContainers = "65532:65532";

/** The two forms that a kind of server has. */
export interface ServerKind {
  readonly name: string;
  /** The path of the program on this machine. */
  process(): Promise<string>;
  readonly container: ContainerKind;
}

/**
 * A place for one server, in the way that servers run on this machine.
 * @param keptIn a folder that keeps the server's directory when the server has ended
 * @throws an Error when data is to be kept and servers run in containers
 */
export async function newPlace(kind: ServerKind, keptIn?: string): Promise<Place> {
  if ((await wayHere()) === "processes")
    return processPlace({ name: kind.name, program: [await kind.process()], keptIn });
  refuseToKeep(keptIn);
  const { containerPlace } = await import("./container-place.ts");
  return containerPlace(kind.container);
}

/** @throws an Error where data is to be kept, which a container does not. */
export function refuseToKeep(keptIn: string | undefined): void {
  if (keptIn === undefined) return;
  throw new Error(
    `Expected servers that run as processes, which can keep their data in ${keptIn}, found servers in containers: ` +
      "set TEST_SERVICES=processes, or name no folder for the data.",
  );
}
