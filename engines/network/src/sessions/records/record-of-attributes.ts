import { toHex } from "../../octets/to-hex.ts";
import type { Attribute } from "../../radius/attributes/attribute.ts";
import { nameOf } from "../../radius/attributes/name-of.ts";
import { attributesNamed, firstValue, labelOf } from "../../radius/attributes/read.ts";
import type { AccountingRecord } from "./accounting-record.ts";

/** Acct-Status-Type, RFC 2866 section 5.1. */
const statuses: Readonly<Record<number, AccountingRecord["status"]>> = {
  1: "start",
  2: "stop",
  3: "interim",
  7: "on",
  8: "off",
};

/**
 * The accounting record in a packet's attributes; undefined for other kinds, such as Tunnel-Start.
 * @param nas the server's name for the NAS: routers that kept the factory's NAS-Identifier all have the same one
 */
export function recordOfAttributes(
  attributes: readonly Attribute[],
  nas: string,
  arrivedAt: number,
): AccountingRecord | undefined {
  const status = statuses[firstValue(attributes, "Acct-Status-Type", "integer") ?? 0];
  if (status === undefined) return undefined;
  const upload = octets(attributes, "Input");
  const download = octets(attributes, "Output");
  return {
    status,
    nas,
    session: nameOf(attributes, "Acct-Session-Id") ?? "",
    user: nameOf(attributes, "User-Name") ?? "",
    upload: upload.bytes,
    download: download.bytes,
    wide: upload.wide || download.wide,
    seconds: firstValue(attributes, "Acct-Session-Time", "integer"),
    arrivedAt,
    delay: firstValue(attributes, "Acct-Delay-Time", "integer") ?? 0,
    eventAt: firstValue(attributes, "Event-Timestamp", "date"),
    multiSession: nameOf(attributes, "Acct-Multi-Session-Id") || undefined,
    class: classesOf(attributes),
    cause: causeOf(attributes),
  };
}

/**
 * The count of one direction. Gigawords are the number of times that the 32 bits of octets passed 2^32 (RFC 2869
 * sections 5.1 and 5.2). Without octets they are not a count, and `loneGigawords` reports them.
 */
function octets(attributes: readonly Attribute[], direction: "Input" | "Output") {
  const low = firstValue(attributes, `Acct-${direction}-Octets`, "integer");
  const high = firstValue(attributes, `Acct-${direction}-Gigawords`, "integer");
  const bytes = low === undefined ? undefined : (BigInt(high ?? 0) << 32n) + BigInt(low);
  return { bytes, wide: high !== undefined };
}

/** All Class attributes in their order, because a server may send several (RFC 2866 section 5.13). */
function classesOf(attributes: readonly Attribute[]): string | undefined {
  const classes = attributesNamed(attributes, "Class").flatMap(({ value }) =>
    value instanceof Uint8Array && value.length > 0 ? [toHex(value)] : [],
  );
  return classes.length === 0 ? undefined : classes.join(" ");
}

/** The name of Acct-Terminate-Cause, or the number of a cause that the dictionaries do not name. */
function causeOf(attributes: readonly Attribute[]): string | undefined {
  const cause = firstValue(attributes, "Acct-Terminate-Cause", "integer");
  return labelOf(attributes, "Acct-Terminate-Cause") ?? cause?.toString();
}
