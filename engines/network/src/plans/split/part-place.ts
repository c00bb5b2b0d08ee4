import type { Path } from "../../../../base/src/path.ts";
import type { Demand } from "./demand.ts";

/** The place of a part within the demands, for messages. */
export interface PartPlace {
  /** The names of the groups around the part, and its own: `paris.homes`. */
  readonly name: string;
  readonly path: Path;
}

/** The place of the part at an index in a group or in the whole plan. */
export function placeOf({ name }: Demand, index: number, group?: PartPlace): PartPlace {
  return {
    name: group === undefined ? name : `${group.name}.${name}`,
    path: [...(group?.path ?? []), "parts", index],
  };
}
