import { policyFault } from "./policy-fault.ts";
import type { Speed } from "./speed.ts";

/** What a name on a NAS is made from. */
export interface Facts {
  readonly speed?: Speed | undefined;
  readonly url?: string | undefined;
}

const placeholder = /\{(\w*)\}/g;
const units: Readonly<Record<string, number>> = { "": 1, K: 1_000, M: 1_000_000 };
const speeds = /^(down|up)([KM]?)$/;

/**
 * A name with the facts in its placeholders: `{down}` and `{up}` in bit/s, `{downK}` and `{upK}` in kbit/s,
 * `{downM}` and `{upM}` in Mbit/s, `{url}`. Undefined where a fact is absent: then there is nothing to name.
 * @throws NetworkFault POLICY_INVALID for another placeholder, or a speed that is no whole number of its unit.
 */
export function fillTemplate(template: string, facts: Facts): string | undefined {
  let isWhole = true;
  const text = template.replace(placeholder, (_, name: string) => {
    const fact = factOf(template, name, facts);
    isWhole &&= fact !== undefined;
    return fact ?? "";
  });
  return isWhole ? text : undefined;
}

/** @throws NetworkFault POLICY_INVALID for a placeholder that is not known. */
export function refuseTemplate(template: string): void {
  fillTemplate(template, {});
}

/** Whether the name depends on the speed. */
export function namesSpeed(template: string): boolean {
  return [...template.matchAll(placeholder)].some(([, name = ""]) => speeds.test(name));
}

function factOf(template: string, name: string, { speed, url }: Facts): string | undefined {
  if (name === "url") return url;
  const [, direction, unit = ""] = speeds.exec(name) ?? [];
  if (direction !== "down" && direction !== "up") {
    throw policyFault(
      "placeholders {down}, {up}, {downK}, {upK}, {downM}, {upM} or {url}",
      `{${name}} in ${JSON.stringify(template)}`,
      "write one of them",
    );
  }
  return speed && String(inUnit(speed[direction], unit, template));
}

function inUnit(rate: number, unit: string, template: string): number {
  const count = rate / (units[unit] ?? 1);
  if (Number.isInteger(count)) return count;
  throw policyFault(
    `a speed of whole ${unit}bit/s for ${JSON.stringify(template)}`,
    `${rate} bit/s`,
    "round the speed, or write a placeholder of a smaller unit",
  );
}
