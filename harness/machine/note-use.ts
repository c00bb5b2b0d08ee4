import { utimes } from "node:fs/promises";

/**
 * Marks something in the cache as used now, so that it is kept for a while.
 * @returns false when it is not there
 */
export async function noteUse(path: string): Promise<boolean> {
  const now = new Date();
  try {
    await utimes(path, now, now);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}
