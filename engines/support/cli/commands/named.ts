import type { Path } from "../../../base/src/path.ts";
import { quoted } from "../../../base/src/quoted.ts";
import { SupportFault } from "../../src/support-fault.ts";

const mostShown = 10;

/**
 * Objects of one kind by their names.
 * @throws SupportFault FACTS_INVALID for a repeated or an unknown name.
 */
export class Named<Thing> {
  readonly #what: string;
  readonly #things = new Map<string, Thing>();

  constructor(what: string, things: readonly (readonly [string, Thing])[]) {
    this.#what = what;
    for (const [index, [name, thing]] of things.entries()) {
      if (this.#things.has(name)) {
        throw this.#refused(`every ${what} to have its own name`, `${quoted(name)} twice: rename one`, [
          `${what}s`,
          index,
          "name",
        ]);
      }
      this.#things.set(name, thing);
    }
  }

  /** @param path the path of the name in the input */
  find(name: string, path: Path): Thing {
    const thing = this.#things.get(name);
    if (thing !== undefined) return thing;
    const names = [...this.#things.keys()];
    const shown = names.slice(0, mostShown).map(quoted).join(", ");
    const known = names.length > mostShown ? `${shown}, ...` : shown;
    throw this.#refused(
      `the name of one of the ${this.#what}s`,
      `${quoted(name)}: write ${known === "" ? `one first, in ${this.#what}s` : `one of ${known}`}`,
      path,
    );
  }

  #refused(what: string, found: string, path: Path): SupportFault {
    return new SupportFault("FACTS_INVALID", `expected ${what}; found ${found}`, path);
  }
}
