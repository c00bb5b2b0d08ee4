import type { PolicyTerms } from "../../terms/policy-terms.ts";
import type { Speed } from "../../terms/speed.ts";

/**
 * The text of Mikrotik-Rate-Limit: `rx[/tx] [burst [threshold [seconds [priority [minimum]]]]]` from the router's
 * point of view, so that rx, the customer's upload, is first. Every field before the last given one is required; 0
 * means no limit or no burst in its direction. Undefined without a speed. Source: RouterOS documentation, RADIUS,
 * "Mikrotik-Rate-Limit".
 */
export function rateLimit({ speed, burst, guaranteed, priority }: PolicyTerms): string | undefined {
  if (speed === undefined) return undefined;
  const rest = priority !== undefined || guaranteed !== undefined;
  return [
    pair(speed, rate),
    ...(burst ? [pair(burst.speed, rate), pair(burst.threshold, rate), pair(burst.seconds, String)] : []),
    ...(rest && !burst ? ["0/0", "0/0", "0/0"] : []),
    // 8 is the default priority of a RouterOS queue.
    ...(rest ? [String(priority ?? 8)] : []),
    ...(guaranteed ? [pair(guaranteed, rate)] : []),
  ].join(" ");
}

function pair({ up, down }: Speed, text: (count: number) => string): string {
  return `${text(up)}/${text(down)}`;
}

/** An exact rate, with RouterOS's k for 1,000 or M for 1,000,000 if it divides the rate. */
function rate(bits: number): string {
  if (bits === 0) return "0";
  if (bits % 1_000_000 === 0) return `${bits / 1_000_000}M`;
  return bits % 1_000 === 0 ? `${bits / 1_000}k` : String(bits);
}
