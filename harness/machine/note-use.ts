import { utimes } from "node:fs/promises";

/**
 * Marks a cache entry as used now, which keeps it for a while.
 * @returns false if it does not exist
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
