import { EngineFault, type FaultDetail } from "./engine-fault.ts";
import { type Path, pathText } from "./path.ts";
import { quoted } from "./quoted.ts";

/** An input whose parts do not fit together. */
export class FactsFault extends EngineFault<"FACTS_INVALID"> {
  constructor(details: readonly [FaultDetail, ...FaultDetail[]]) {
    super("FACTS_INVALID", details[0].message);
    this.details = details;
  }
}

/** A place in time with the text that the request has for it. */
interface Place {
  readonly text: string;
  /** Days or seconds; both ends of an interval in the same unit. */
  readonly at: number;
}

/**
 * Collects where the parts of an input do not fit together: ids that are there twice, references to nothing,
 * ends before their beginnings. Each fault has its path and names the other place that it is about.
 */
export class InputChecks {
  readonly #details: FaultDetail[] = [];

  /** Says that something is wrong. */
  refuse(path: Path, message: string): void {
    this.#details.push({ path, message });
  }

  /** Says that something is wrong with regard to another place, which the message names. */
  refuseBeside(path: Path, other: Path, message: (other: string) => string): void {
    const messageWithin = (outer: Path) => message(pathText([...outer, ...other]));
    this.#details.push({ path, message: messageWithin([]), messageWithin });
  }

  /** The names at the paths tell things apart only while no two are the same. */
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

  /** The name at the path is that of something in a list. */
  known(path: Path, name: string, names: ReadonlySet<string>, list: string): void {
    if (names.has(name)) return;
    this.refuse(path, `expected one of the ${list}; found ${quoted(name)}: ${choices(names)}`);
  }

  /** The interval has a length: its end comes after its beginning. */
  interval(path: Path, ends: { readonly [field: string]: Place | undefined }): void {
    const [first, second] = Object.entries(ends);
    this.#inOrder(path, first, second, "after", (from, to) => from < to);
  }

  /** The end may be as early as the beginning, because it still belongs to the interval. */
  inclusiveInterval(path: Path, ends: { readonly [field: string]: Place | undefined }): void {
    const [first, second] = Object.entries(ends);
    this.#inOrder(path, first, second, "at or after", (from, to) => from <= to);
  }

  /** @throws FactsFault with everything that was found wrong. */
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
