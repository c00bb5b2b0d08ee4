import { policyFault } from "./policy-fault.ts";
import { type Direction, directions, type Speed } from "./speed.ts";

/** The facts that fill the placeholders of a name. */
export interface Facts {
  readonly speed?: Speed | undefined;
  readonly url?: string | undefined;
}

const placeholder = /\{(\w*)\}/g;
const units: Readonly<Record<string, number>> = { "": 1, K: 1_000, M: 1_000_000 };
const speeds = /^(down|up)([KM]?)$/;

/**
 * A name with the facts in its placeholders: `{down}` and `{up}` in bit/s, `{downK}` and `{upK}` in kbit/s,
 * `{downM}` and `{upM}` in Mbit/s, `{url}`. Undefined if a fact is absent.
 * @throws NetworkFault POLICY_INVALID for another placeholder, a speed that is not a whole number of its unit, and
 *   a name with two speeds of which only one is a limit.
 */
export function fillTemplate(template: string, facts: Facts): string | undefined {
  refuseHalf(template, facts.speed);
  let isWhole = true;
  const text = template.replace(placeholder, (_, name: string) => {
    const fact = factOf(template, name, facts);
    isWhole &&= fact !== undefined;
    return fact ?? "";
  });
  return isWhole ? text : undefined;
}

/**
 * Reads the speeds from a filled name; undefined for a text that does not match the template.
 * @throws NetworkFault POLICY_INVALID for a template with adjacent numbers.
 */
export function readTemplate(template: string, text: string): Partial<Speed> | undefined {
  refuseJoined(template);
  const found = patternOf(template).exec(text);
  if (found === null) return undefined;
  const told: Partial<Record<Direction, number>> = {};
  for (const [index, name] of placeholders(template).entries()) {
    const [, direction, unit = ""] = speeds.exec(name) ?? [];
    if (direction !== "down" && direction !== "up") continue;
    const rate = Number(found[index + 1]) * (units[unit] ?? 1);
    if (told[direction] !== undefined && told[direction] !== rate) return undefined;
    told[direction] = rate;
  }
  return told;
}

/** @throws NetworkFault POLICY_INVALID for an unknown placeholder. */
export function refuseTemplate(template: string): void {
  fillTemplate(template, {});
}

/** Whether the name contains the speed of a direction that has a limit. */
export function namesSpeed(template: string, speed: Speed | undefined): boolean {
  return namedDirections(template).some((direction) => speed === undefined || speed[direction] > 0);
}

function namedDirections(template: string): readonly Direction[] {
  const named = placeholders(template).map((name) => speeds.exec(name)?.[1]);
  return directions.filter((direction) => named.includes(direction));
}

const placeholders = (template: string): readonly string[] =>
  [...template.matchAll(placeholder)].map(([, name = ""]) => name);

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
  if (speed === undefined || speed[direction] === 0) return undefined;
  return String(inUnit(speed[direction], unit, template));
}

/** Refuses a name with a limit in only one of its directions: without the name, that limit would be lost. */
function refuseHalf(template: string, speed: Speed | undefined): void {
  const named = namedDirections(template);
  const open = named.find((direction) => speed?.[direction] === 0);
  if (open === undefined || named.every((direction) => speed?.[direction] === 0)) return;
  throw policyFault(
    `a limit in both directions for ${JSON.stringify(template)}, which names both`,
    `no limit ${open}`,
    `write the speed ${open}, or a name of its own for each direction`,
    ["speed"],
  );
}

function refuseJoined(template: string): void {
  if (!/\}\d*\{/.test(template)) return;
  throw policyFault(
    "a template whose numbers can be told apart",
    JSON.stringify(template),
    "write something other than digits between its placeholders",
  );
}

function patternOf(template: string): RegExp {
  const [first = "", ...rest] = template.split(/\{\w*\}/).map(escaped);
  const names = placeholders(template);
  const parts = rest.map((text, index) => `${names[index] === "url" ? "(.*)" : "([1-9]\\d{0,14})"}${text}`);
  return new RegExp(`^${[first, ...parts].join("")}$`);
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

function inUnit(rate: number, unit: string, template: string): number {
  const count = rate / (units[unit] ?? 1);
  if (Number.isInteger(count)) return count;
  throw policyFault(
    `a speed of whole ${unit}bit/s for ${JSON.stringify(template)}`,
    `${rate} bit/s`,
    "round the speed, or write a placeholder of a smaller unit",
    ["speed"],
  );
}
