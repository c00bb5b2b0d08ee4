import { policyFault } from "../terms/policy-fault.ts";
import type { EffectiveTerms } from "../terms/policy-terms.ts";
import type { Shaping } from "../terms/shaping.ts";
import { type Direction, directions, type Speed } from "../terms/speed.ts";
import { fillTemplate, namesSpeed } from "../terms/template.ts";
import { toldSpeed } from "./speeds/told-speed.ts";

/**
 * The policy of each direction by its name; undefined if there is no limit to name.
 * @throws NetworkFault POLICY_INVALID for a limit of one direction if the name contains the speed of the other.
 */
export function namedPolicies(
  terms: EffectiveTerms,
  shaping: Shaping,
): Partial<Readonly<Record<Direction, string>>> {
  if (shaping.kind !== "policies") return {};
  const named = directions.map((direction) => [direction, nameOf(direction, terms, shaping[direction])]);
  return Object.fromEntries(named.filter(([, name]) => name !== undefined));
}

const nothing: Speed = { up: 0, down: 0 };

/** The speed that the names of policies contain. */
export function toldPolicies(
  shaping: Shaping,
  named: Readonly<Record<Direction, string | undefined>>,
): Speed {
  const [up, down] = directions.map((way) => {
    const name = named[way];
    return shaping.kind === "policies" && name !== undefined ? toldSpeed([shaping[way]], [name]) : nothing;
  });
  return { up: up?.up || down?.up || 0, down: down?.down || up?.down || 0 };
}

/** Whether the policy's name contains the speed in each direction that has a limit. */
export function policiesNameSpeed({ speed }: EffectiveTerms, shaping: Shaping): boolean {
  if (shaping.kind !== "policies") return false;
  return directions.every((way) => speed?.[way] === 0 || namesSpeed(shaping[way], speed));
}

function nameOf(direction: Direction, terms: EffectiveTerms, template: string): string | undefined {
  const name = fillTemplate(template, terms);
  const limit = terms.speed?.[direction] ?? 0;
  if (name !== undefined || limit === 0) return name;
  throw policyFault(
    `the speed ${direction} in the name of the policy ${direction}`,
    JSON.stringify(template),
    `write {${direction}} in it, or the speed of both directions`,
  );
}
