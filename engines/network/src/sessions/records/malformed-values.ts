import type { Attribute } from "../../radius/attributes/attribute.ts";
import { attributesNamed } from "../../radius/attributes/read.ts";

/** The attributes of a record whose octets may not fit their type. */
const names: ReadonlySet<string> = new Set([
  "Acct-Input-Octets",
  "Acct-Input-Gigawords",
  "Acct-Output-Octets",
  "Acct-Output-Gigawords",
  "Acct-Session-Time",
  "Acct-Delay-Time",
  "Acct-Terminate-Cause",
  "Event-Timestamp",
]);

/** Reports each malformed attribute of a record, unless the packet has another readable one of its name. */
export function malformedValues(attributes: readonly Attribute[]): string[] {
  return attributes.flatMap(({ name, malformed }) => {
    if (malformed === undefined || !names.has(name) || attributesNamed(attributes, name).length > 0)
      return [];
    return `${name}: ${malformed}: the record counts without it`;
  });
}
