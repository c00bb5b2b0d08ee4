import { policyFault } from "../terms/policy-fault.ts";
import type { PolicyTerms } from "../terms/policy-terms.ts";
import { fastest, type Speed } from "../terms/speed.ts";

/** What a Mikrotik-Rate-Limit says, in the terms of a policy. */
export type RateLimitTerms = Pick<PolicyTerms, "speed" | "burst" | "priority" | "guaranteed">;

const rateForm = /^(\d{1,15})([kMG]?)$/;
const factors: Readonly<Record<string, number>> = { "": 1, k: 1_000, M: 1_000_000, G: 1_000_000_000 };

/**
 * Reads the text of Mikrotik-Rate-Limit, as RouterOS and its dictionaries document it: one number is for both
 * directions, a burst without thresholds has the rates as such, one without seconds takes one second, and 0/0
 * is none. rx, the customer's upload, stands first.
 * @throws NetworkFault POLICY_INVALID for another form.
 */
export function parseRateLimit(text: string): RateLimitTerms {
  const words = text.trim().split(/\s+/);
  const [rates = "", burst, threshold, seconds, priority, minimum] = words;
  if (words.length > 6) throw unreadable(text);
  const speed = speedOf(rates, text);
  const faster = burst === undefined ? undefined : speedOf(burst, text);
  const rank = priority === undefined ? undefined : Number(priority);
  if (rank !== undefined && !/^[1-8]$/.test(priority ?? "")) throw unreadable(text);
  const most = threshold === undefined ? speed : speedOf(threshold, text);
  const time = seconds === undefined ? { up: 1, down: 1 } : pairOf(seconds, text, secondsOf);
  const guaranteed = minimum === undefined ? undefined : speedOf(minimum, text);
  return {
    ...(isNone(speed) ? {} : { speed }),
    ...(faster === undefined || isNone(faster)
      ? {}
      : { burst: { speed: faster, threshold: most, seconds: time } }),
    ...(rank === undefined ? {} : { priority: rank }),
    ...(guaranteed === undefined || isNone(guaranteed) ? {} : { guaranteed }),
  };
}

function speedOf(word: string, text: string): Speed {
  return pairOf(word, text, rateOf);
}

function pairOf(word: string, text: string, read: (one: string) => number | undefined): Speed {
  const [first = "", second = first, ...more] = word.split("/");
  const [up, down] = [read(first), read(second)];
  if (up === undefined || down === undefined || more.length > 0) throw unreadable(text);
  return { up, down };
}

function rateOf(word: string): number | undefined {
  const [, digits, unit = ""] = rateForm.exec(word) ?? [];
  const rate = Number(digits) * (factors[unit] ?? Number.NaN);
  return rate <= fastest ? rate : undefined;
}

function secondsOf(word: string): number | undefined {
  return /^\d{1,4}s?$/.test(word) ? Number.parseInt(word, 10) : undefined;
}

function isNone({ up, down }: Speed): boolean {
  return up === 0 && down === 0;
}

function unreadable(text: string): Error {
  return policyFault(
    'a rate limit of RouterOS, such as "10M/50M" or "10M/50M 20M/80M 8M/40M 8/16 5 512k/5M"',
    JSON.stringify(text.slice(0, 60)),
    "write rx/tx, burst, threshold, seconds, priority and minimum with a space between",
  );
}
