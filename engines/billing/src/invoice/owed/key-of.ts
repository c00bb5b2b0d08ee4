/** One text for what a line pays for; parts may hold any characters. */
export function keyOf(parts: readonly string[]): string {
  return parts.map(escaped).join("|");
}

const special = /[%|]/;

function escaped(part: string): string {
  if (!special.test(part)) return part;
  return part.replaceAll("%", "%25").replaceAll("|", "%7C");
}

/** The thing that a key pays for, with any taxes: they are the last part of every key. */
export function sameThing(key: string): string {
  return key.slice(0, key.lastIndexOf("|") + 1);
}

/**
 * The service that a key pays for, with any taxes, price and plan: the price, the minimum or a metric of a subscription
 * in one period, or a thing that was sold once.
 */
export function sameService(key: string): string {
  const [subscription = "", component = "", period = "", , metric = ""] = key.split("|");
  if (component === "usage") return [subscription, component, period, metric].join("|");
  return component === "recurring" || component === "minimum"
    ? [subscription, component, period].join("|")
    : sameThing(key);
}

/** The service that a key pays for, in any period. */
export function sameKind(key: string): string {
  const { from, to } = periodOf(key) ?? {};
  return sameService(key).replace(`|${from}/${to}`, "");
}

const dates = /^(?<from>\d{4}-\d{2}-\d{2})\/(?<to>\d{4}-\d{2}-\d{2})$/;

/** The dates of the period that a key pays for; none for a thing that was sold once. */
export function periodOf(key: string): { readonly from: string; readonly to: string } | undefined {
  const [, , period = ""] = key.split("|");
  const { from, to } = dates.exec(period)?.groups ?? {};
  return from === undefined || to === undefined ? undefined : { from, to };
}
