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

/** A place for one server, in the way that servers run on this machine. */
export async function newPlace(kind: ServerKind): Promise<Place> {
  if ((await wayHere()) === "processes") return processPlace(kind.name, await kind.process());
  const { containerPlace } = await import("./container-place.ts");
  return containerPlace(kind.container);
}
