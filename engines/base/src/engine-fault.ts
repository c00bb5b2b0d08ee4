import type { Path } from "./path.ts";

/** One fault of an input, with its path. */
export interface FaultDetail {
  /** The path from the input of the function or command; empty for the whole input. */
  readonly path: Path;
  /** States the expected value, the found value, and the text to write instead. */
  readonly message: string;
  /** For a message that names another path: returns the message, given the path that contains both. */
  readonly messageWithin?: ((outer: Path) => string) | undefined;
}

/**
 * An input that an engine refuses. The message states the expected value, the found value and the text to write
 * instead. Each engine has its own subclass. Its codes are stable, so that callers may branch on them.
 */
export class EngineFault<Code extends string = string> extends Error {
  readonly code: Code;
  /** All faults with their paths. The first one's message is the error's own. */
  details: readonly FaultDetail[];

  constructor(code: Code, message: string, path: Path = []) {
    super(message);
    this.name = new.target.name;
    this.code = code;
    this.details = [{ path, message }];
  }

  /** The same fault with its paths extended by the path of the containing value. */
  within(path: Path): this {
    this.details = this.details.map((one) => detailWithin(path, one));
    return this;
  }
}

/** A detail with its path extended by the path of the containing value. */
export function detailWithin(outer: Path, { path, message, messageWithin }: FaultDetail): FaultDetail {
  return {
    path: [...outer, ...path],
    message: messageWithin?.(outer) ?? message,
    messageWithin: messageWithin && ((further) => messageWithin([...further, ...outer])),
  };
}
