/** A file or a variable from outside that cannot be used. The message names it, each fault, and what to write instead. */
export class FileFault extends Error {
  override readonly name = "FileFault";
}
