import { readFileSync } from "node:fs";
import { FileFault } from "./file-fault.ts";

/**
 * Reads a text file.
 * @param instead advice for a missing file
 * @throws FileFault
 */
export function readText(path: string, instead = "mount or write it"): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? `there is no such file: ${instead}` : `cannot be read (${code})`;
    throw new FileFault(`${path}: ${reason}`, { cause: error });
  }
}
