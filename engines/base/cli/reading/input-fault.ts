import { EngineFault } from "../../src/engine-fault.ts";
import type { Path } from "../../src/path.ts";

/** An input that is not text, is not JSON, or is too large. */
export class InputFault extends EngineFault<"INPUT_INVALID"> {
  constructor(message: string, path: Path = []) {
    super("INPUT_INVALID", message, path);
  }
}
