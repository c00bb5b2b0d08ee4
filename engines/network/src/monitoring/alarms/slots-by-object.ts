import type { Trouble } from "./alarm.ts";
import type { MonitoringFacts } from "./monitoring-facts.ts";
import type { Slot } from "./slot.ts";

/** The places of all possible alarms. */
export function slotsByObject({ objects, rules }: MonitoringFacts): ReadonlyMap<string, readonly Slot[]> {
  const slots = new Map<string, Slot[]>();
  for (const { id } of objects) slots.set(id, [newSlot(id, "down"), newSlot(id, "flapping")]);
  for (const { id, object } of rules) slots.get(object)?.push(newSlot(object, "threshold", id));
  return slots;
}

function newSlot(object: string, trouble: Trouble, rule?: string): Slot {
  return { object, trouble, rule, pendingSince: undefined, alarm: undefined };
}
