import type { ObservedWorld } from "./observed-world.ts";

/** The same world with its clock this many milliseconds later. */
export function later(world: ObservedWorld, milliseconds: number): ObservedWorld {
  return { ...world, clock: { ...world.clock, now: () => new Date(Date.now() + milliseconds) } };
}
