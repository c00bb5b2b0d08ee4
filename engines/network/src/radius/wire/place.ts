import type { Attribute } from "../attributes/attribute.ts";
import { refuseValue } from "../attributes/refuse-value.ts";
import { fullPath } from "../dictionary/full-path.ts";
import { isExtended } from "./join-fragments.ts";

/** The numbers under which an attribute is encoded. */
export interface Place {
  readonly number: number;
  /** The second number of an extended attribute (RFC 6929 section 2.1). */
  readonly extended?: number;
  /** The vendor's number and type as octets, which precede the value. */
  readonly vendor: readonly number[];
  /** Whether a length follows the vendor's type. It counts both and the value. */
  readonly inner: boolean;
}

/** @throws NetworkFault ATTRIBUTE_INVALID for an unknown name, or an attribute inside another. */
export function placeOf({ name }: Attribute): Place {
  const path = fullPath(name);
  const [number = 0, extended, ...rest] = path;
  if (number === 26 && path.length === 3) {
    return { number, vendor: [...fourOctets(extended ?? 0), rest[0] ?? 0], inner: true };
  }
  if (path.length === 1) return { number, vendor: [], inner: false };
  if (isExtended(number) && extended !== undefined) {
    if (rest.length === 0) return { number, extended, vendor: [], inner: false };
    if (extended === 26 && rest.length === 2) {
      return { number, extended, vendor: [...fourOctets(rest[0] ?? 0), rest[1] ?? 0], inner: false };
    }
  }
  throw refuseValue(
    name,
    "an attribute of its own",
    "one within another",
    "write it in the value of that one",
  );
}

function fourOctets(number: number): readonly number[] {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 0xff);
}
