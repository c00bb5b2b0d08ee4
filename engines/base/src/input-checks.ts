import { EngineFault, type FaultDetail } from "./engine-fault.ts";
import { type Path, pathText } from "./path.ts";
import { quoted } from "./quoted.ts";

/** An input whose parts contradict each other. */
class FactsFault extends EngineFault<"FACTS_INVALID"> {
  constructor(details: readonly [FaultDetail, ...FaultDetail[]]) {
    super("FACTS_INVALID", details[0].message);
    this.details = details;
  }
}

/** A point in time with its text in the request. */
interface Place {
  readonly text: string;
  /** Days or seconds. Both ends of an interval use the same unit. */
  readonly at: number;
}

/**
 * Collects contradictions between the parts of an input: repeated ids, references to missing objects, ends before their
 * beginnings. Each fault has its path, and its message names the other path if there is one.
 */
export class InputChecks {
  readonly #details: FaultDetail[] = [];

  /** Adds a fault. */
  refuse(path: Path, message: string): void {
    this.#details.push({ path, message });
  }

  /** Adds a fault that concerns another path too. The message names that path. */
  refuseBeside(path: Path, other: Path, message: (other: string) => string): void {
    const messageWithin = (outer: Path) => message(pathText([...outer, ...other]));
    this.#details.push({ path, message: messageWithin([]), messageWithin });
  }

  /** Requires that no name at these paths occurs twice. */
  distinct<Thing>(
    list: Path,
    things: readonly Thing[],
    nameOf: (thing: Thing) => string,
    field: Path = ["id"],
  ): void {
    if (things.length < 2) return;
    const places = new Map<string, number>();
    for (const [index, thing] of things.entries()) {
      const name = nameOf(thing);
      const first = places.get(name);
      if (first === undefined) {
        places.set(name, index);
        continue;
      }
      this.refuseBeside(
        [...list, index, ...field],
        [...list, first, ...field],
        (other) =>
          `expected no ${quoted(name)} twice; found it at ${other} too: remove or rename one of them`,
      );
    }
  }

  /** Requires that the name at the path is in a list. */
  known(path: Path, name: string, names: ReadonlySet<string>, list: string): void {
    if (names.has(name)) return;
    this.refuse(path, `expected one of the ${list}; found ${quoted(name)}: ${choices(names)}`);
  }

  /** Requires that the end of the interval is after its beginning. */
  interval(path: Path, ends: { readonly [field: string]: Place | undefined }): void {
    const [first, second] = Object.entries(ends);
    this.#inOrder(path, first, second, "after", (from, to) => from < to);
  }

  /** Requires that the end is not before the beginning. They may be equal, because the end belongs to the interval. */
  inclusiveInterval(path: Path, ends: { readonly [field: string]: Place | undefined }): void {
    const [first, second] = Object.entries(ends);
    this.#inOrder(path, first, second, "at or after", (from, to) => from <= to);
  }

  /** @throws FactsFault with all faults. */
  done(): void {
    const [first, ...more] = this.#details;
    if (first !== undefined) throw new FactsFault([first, ...more]);
  }

  #inOrder(
    path: Path,
    [begin, from]: [string, Place | undefined] = ["", undefined],
    [end, to]: [string, Place | undefined] = ["", undefined],
    order: string,
    holds: (from: number, to: number) => boolean,
  ): void {
    if (from === undefined || to === undefined || holds(from.at, to.at)) return;
    this.refuseBeside(
      [...path, end],
      [...path, begin],
      (other) =>
        `expected an end ${order} ${other}, which is ${from.text}; found ${to.text}: exchange or correct them`,
    );
  }
}

const mostShown = 10;

function choices(names: ReadonlySet<string>): string {
  if (names.size === 0) return "there are none, add it there or leave this out";
  const shown = [...names].slice(0, mostShown).map((name) => quoted(name));
  return `write one of ${shown.join(", ")}${names.size > mostShown ? ", ..." : ""}`;
}
