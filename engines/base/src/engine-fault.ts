import type { Path } from "./path.ts";

/** One thing that is wrong with an input, at its place. */
export interface FaultDetail {
  /** From the input of the function or command; empty for the input as a whole. */
  readonly path: Path;
  /** States the expected value, the found value, and the text to write instead. */
  readonly message: string;
  /** The message again for a message that names another path, given what both paths are within. */
  readonly messageWithin?: ((outer: Path) => string) | undefined;
}

/**
 * An input that an engine refuses: the message says what was expected, what was found and what to write
 * instead. Each engine has its own subclass, whose codes are stable, so that callers may branch on them.
 */
export class EngineFault<Code extends string = string> extends Error {
  readonly code: Code;
  /** Everything that is wrong, each with its path; the first one's message is the error's own. */
  details: readonly FaultDetail[];

  constructor(code: Code, message: string, path: Path = []) {
    super(message);
    this.name = new.target.name;
    this.code = code;
    this.details = [{ path, message }];
  }

  /** The same fault, seen from what contains the faulty value at this path. */
  within(path: Path): this {
    this.details = this.details.map((one) => detailWithin(path, one));
    return this;
  }
}

/** A detail as it is seen from what contains the faulty value at a path. */
export function detailWithin(outer: Path, { path, message, messageWithin }: FaultDetail): FaultDetail {
  return {
    path: [...outer, ...path],
    message: messageWithin?.(outer) ?? message,
    messageWithin: messageWithin && ((further) => messageWithin([...further, ...outer])),
  };
}
