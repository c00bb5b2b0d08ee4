import { NetworkFault } from "../../network-fault.ts";
import type { Demand } from "./demand.ts";
import type { PartPlace } from "./part-place.ts";

type FieldOf<One> = One extends unknown ? keyof One : never;
/** A field of any kind of part. */
export type DemandField = FieldOf<Demand> & string;

/** The refusal of a field of a part, at the field's path. */
export function planFault(
  { name, path }: PartPlace,
  field: DemandField,
  expected: string,
  found: string,
  instead: string,
): NetworkFault {
  return new NetworkFault("PLAN_INVALID", `${name}: expected ${expected}; found ${found}: ${instead}`, [
    ...path,
    field,
  ]);
}
