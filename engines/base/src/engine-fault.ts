/**
 * An input that an engine refuses: the message says what was expected, what was found and what to write
 * instead. Each engine has its own subclass, whose codes are stable, so that callers may branch on them.
 */
export class EngineFault<Code extends string = string> extends Error {
  readonly code: Code;

  constructor(code: Code, message: string) {
    super(message);
    this.name = new.target.name;
    this.code = code;
  }
}
