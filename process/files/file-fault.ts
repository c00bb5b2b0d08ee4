/**
 * A file or an environment variable that cannot be used. The message names it, each fault, and what to write instead.
 */
export class FileFault extends Error {
  override readonly name = "FileFault";
}
