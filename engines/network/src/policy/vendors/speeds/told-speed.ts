import { policyFault } from "../../terms/policy-fault.ts";
import { type Direction, directions, type Speed } from "../../terms/speed.ts";
import { readTemplate } from "../../terms/template.ts";

/**
 * Reads the speed from names on a NAS by their templates; 0 if no name contains it.
 * @throws NetworkFault POLICY_INVALID for a name that matches no template, and for two speeds of one direction.
 */
export function toldSpeed(templates: readonly string[], names: readonly string[]): Speed {
  const told = names.map((name) => speedIn(templates, name));
  const [up = 0, down = 0] = directions.map((direction) => only(direction, told));
  return { up, down };
}

function speedIn(templates: readonly string[], name: string): Partial<Speed> {
  for (const template of templates) {
    const told = readTemplate(template, name);
    if (told !== undefined) return told;
  }
  throw policyFault(
    `a name made from ${templates.map((one) => JSON.stringify(one)).join(" or ")}`,
    JSON.stringify(name),
    "write its template in the shaping, with {down} or {up} where it has the speed",
  );
}

function only(direction: Direction, told: readonly Partial<Speed>[]): number | undefined {
  const rates = new Set(told.flatMap((one) => one[direction] ?? []));
  const [first, second] = rates;
  if (second === undefined) return first;
  throw policyFault(`one speed ${direction}`, `${first} and ${second} bit/s`, "leave one of the names out");
}
