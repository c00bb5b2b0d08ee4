import type { Attribute } from "../../radius/attributes/attribute.ts";
import { attributesNamed } from "../../radius/attributes/read.ts";

/** The numbers of a record, whose octets may not fit their type. */
const numbers: ReadonlySet<string> = new Set([
  "Acct-Status-Type",
  "Acct-Input-Octets",
  "Acct-Input-Gigawords",
  "Acct-Output-Octets",
  "Acct-Output-Gigawords",
  "Acct-Session-Time",
  "Acct-Delay-Time",
  "Acct-Terminate-Cause",
  "Event-Timestamp",
]);

/** The names of a record. Octets that are not UTF-8 are a name too, but none are not (RFC 8044 section 3.4). */
const names: ReadonlySet<string> = new Set([
  "Acct-Session-Id",
  "Acct-Multi-Session-Id",
  "User-Name",
  "Class",
]);

/** An attribute that the record does not contain, and the reason. */
export interface MalformedValue {
  readonly name: string;
  readonly why: string;
}

/** Each malformed attribute of a record, unless the packet has another readable one of its name. */
export function malformedValues(attributes: readonly Attribute[]): MalformedValue[] {
  return attributes.flatMap((one) => {
    const { name } = one;
    const why = whyMalformed(one);
    const isRead = attributesNamed(attributes, name).some((other) => whyMalformed(other) === undefined);
    return why === undefined || isRead ? [] : [{ name, why }];
  });
}

function whyMalformed({ name, malformed, value }: Attribute): string | undefined {
  if (numbers.has(name)) return malformed;
  return names.has(name) && isEmpty(value) ? "expected 1 octet or more; found none" : undefined;
}

function isEmpty(value: Attribute["value"]): boolean {
  return value === "" || (value instanceof Uint8Array && value.length === 0);
}
