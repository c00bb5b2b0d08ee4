import { quoted } from "../../../../../base/src/quoted.ts";
import { policyFault } from "../../terms/policy-fault.ts";
import type { Burst, RateTerms } from "../../terms/policy-terms.ts";
import { fastest, type Speed } from "../../terms/speed.ts";

const rateForm = /^(\d{1,15})([kMG]?)$/;
const factors: Readonly<Record<string, number>> = { "": 1, k: 1_000, M: 1_000_000, G: 1_000_000_000 };

/**
 * Reads the text of Mikrotik-Rate-Limit by the documentation of RouterOS and its dictionaries: a single number is
 * for both directions, a burst without thresholds has the rates as thresholds, one without seconds takes one
 * second, and 0 means none in its direction. rx, the customer's upload, is first.
 * @throws NetworkFault POLICY_INVALID for another form.
 */
export function parseRateLimit(text: string): RateTerms {
  const words = text.trim().split(/\s+/);
  const [rates = "", burst, threshold, seconds, priority, minimum] = words;
  if (words.length > 6) throw unreadable(text, `has ${words.length} parts`, order);
  const speed = speedOf("rates", rates, text);
  const faster = burst === undefined ? undefined : speedOf("burst", burst, text);
  const rank = priority === undefined ? undefined : rankOf(priority, text);
  const most = threshold === undefined ? speed : speedOf("threshold", threshold, text);
  const time = seconds === undefined ? { up: 1, down: 1 } : timeOf(seconds, text);
  const guaranteed = minimum === undefined ? undefined : speedOf("minimum", minimum, text);
  return {
    ...(isNone(speed) && rank === undefined ? {} : { speed }),
    ...(faster === undefined || isNone(faster) ? {} : { burst: burstOf(faster, most, time) }),
    ...(rank === undefined ? {} : { priority: rank }),
    ...(guaranteed === undefined ? {} : { guaranteed }),
  };
}

/** Ignores threshold and seconds in a direction without a burst. */
function burstOf(speed: Speed, threshold: Speed, seconds: Speed): Burst {
  const where = ({ up, down }: Speed): Speed => ({
    up: speed.up === 0 ? 0 : up,
    down: speed.down === 0 ? 0 : down,
  });
  return { speed, threshold: where(threshold), seconds: where(seconds) };
}

function speedOf(part: string, word: string, text: string): Speed {
  const speed = pairOf(word, rateOf);
  if (speed !== undefined) return speed;
  throw unreadable(
    text,
    `has ${quoted(word)} as its ${part}`,
    "write whole numbers with k, M or G or without a unit, such as 1500k for 1.5M, as rx/tx",
  );
}

function timeOf(word: string, text: string): Speed {
  const time = pairOf(word, secondsOf);
  if (time !== undefined) return time;
  throw unreadable(text, `has ${quoted(word)} as its seconds`, "write whole seconds, such as 8 or 8/16");
}

function rankOf(word: string, text: string): number {
  if (/^[1-8]$/.test(word)) return Number(word);
  throw unreadable(
    text,
    `has ${quoted(word)} as its priority`,
    "write a priority from 1, served first, to 8",
  );
}

function pairOf(word: string, read: (one: string) => number | undefined): Speed | undefined {
  const [first = "", second = first, ...more] = word.split("/");
  const [up, down] = [read(first), read(second)];
  return up === undefined || down === undefined || more.length > 0 ? undefined : { up, down };
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

const order = "write rx/tx, burst, threshold, seconds, priority and minimum with a space between";

function unreadable(text: string, fault: string, remedy: string): Error {
  return policyFault(
    'a rate limit of RouterOS, such as "10M/50M" or "10M/50M 20M/80M 8M/40M 8/16 5 512k/5M"',
    `${quoted(text.slice(0, 60))}, which ${fault}`,
    remedy,
  );
}
