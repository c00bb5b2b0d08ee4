import type { Attribute } from "../../radius/attributes/attribute.ts";
import { firstValue } from "../../radius/attributes/read.ts";

const directions = [
  { name: "Input", section: "5.1", field: "upload" },
  { name: "Output", section: "5.2", field: "download" },
] as const;

/**
 * Reports each direction with gigawords and without octets. A count without the lower 32 bits would be a multiple
 * of 2^32, less than the count before it, and seem to be a reset.
 */
export function loneGigawords(attributes: readonly Attribute[]): string[] {
  return directions.flatMap(({ name, section, field }) => {
    const gigawords = firstValue(attributes, `Acct-${name}-Gigawords`, "integer");
    const octets = firstValue(attributes, `Acct-${name}-Octets`, "integer");
    if (gigawords === undefined || octets !== undefined) return [];
    return `expected Acct-${name}-Octets beside Acct-${name}-Gigawords (RFC 2869 section ${section}); found ${gigawords} gigawords alone: the record counts without ${field}`;
  });
}
