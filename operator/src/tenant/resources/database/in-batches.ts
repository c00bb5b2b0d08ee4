import { hasSqlState, outOfMemory } from "../../../clients/postgres/errors.ts";

/** Repeats `turn` until it returns false. Repeats it with a smaller batch when PostgreSQL has no room for this one. */
export async function inBatches(largest: number, turn: (size: number) => Promise<boolean>): Promise<void> {
  for (let size = largest; ; ) {
    try {
      if (!(await turn(size))) return;
    } catch (error) {
      if (size === 1 || !hasSqlState(error, outOfMemory)) throw error;
      size = Math.ceil(size / 4);
    }
  }
}
