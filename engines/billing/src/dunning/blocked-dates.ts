import type { LocalDate } from "../../../calendar/src/local-date.ts";
import type { Block } from "../invoice/facts/customer-facts.ts";
import type { DunningStep } from "./walk-dunning.ts";

/**
 * The dates on which the walked steps block the service, as an invoice takes them. With
 * `billWhileBlocked` off, the invoice credits them where they were billed.
 * @param blockedSince the first blocked date, when the service is blocked as the walk begins
 */
export function blockedDates(steps: readonly DunningStep[], blockedSince?: LocalDate): Block[] {
  const blocks: Block[] = [];
  let from = blockedSince;
  for (const { on, block } of steps) {
    if (block === "start") from = on;
    if (block === "end" && from !== undefined) {
      blocks.push({ from, to: on });
      from = undefined;
    }
  }
  return from === undefined ? blocks : [...blocks, { from }];
}
