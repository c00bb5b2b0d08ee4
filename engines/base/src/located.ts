import { EngineFault } from "./engine-fault.ts";
import type { Path } from "./path.ts";

/**
 * The result of a step that works on the value at a path of the input.
 * @throws EngineFault what the step throws, with that path in front of its own.
 */
export function located<Result>(path: Path, step: () => Result): Result {
  try {
    return step();
  } catch (fault) {
    throw fault instanceof EngineFault ? fault.within(path) : fault;
  }
}
