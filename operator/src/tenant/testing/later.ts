import type { ObservedWorld } from "./observed-world.ts";

/** The same world, as it will be after so many milliseconds. */
export function later(world: ObservedWorld, milliseconds: number): ObservedWorld {
  return { ...world, clock: { ...world.clock, now: () => new Date(Date.now() + milliseconds) } };
}
