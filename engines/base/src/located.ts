import { EngineFault } from "./engine-fault.ts";
import type { Path } from "./path.ts";

/**
 * Returns the result of a step on the value at a path of the input.
 * @throws EngineFault of the step, with that path before its own.
 */
export function located<Result>(path: Path, step: () => Result): Result {
  try {
    return step();
  } catch (fault) {
    throw fault instanceof EngineFault ? fault.within(path) : fault;
  }
}
