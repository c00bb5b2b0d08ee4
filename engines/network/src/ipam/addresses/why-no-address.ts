const octets = /^\d+(\.\d+){3}$/;
/** The last four octets of an IPv6 address in decimal (RFC 4291 section 2.2). */
const embedded = /^([0-9a-f:]*:)(\d+(?:\.\d+){3})$/i;

/** The reason why a text is not an address, and the text to write instead. */
export function whyNoAddress(text: string): string {
  const expectation = `expected an IPv4 or IPv6 address, such as "192.0.2.1" or "2001:db8::1"; found ${JSON.stringify(text)}`;
  return `${expectation}: ${remedy(text)}`;
}

function remedy(text: string): string {
  if (text !== text.trim()) return "write it without spaces";
  if (text.includes("%")) return "write it without the zone id, which means something on one host only";
  if (text.includes("/")) return "write it without the prefix length";
  if (text.startsWith("[")) return "write it without brackets";
  if (octets.test(text)) return remedyOfOctets("", text);
  const [, before, after = ""] = embedded.exec(text) ?? [];
  if (before !== undefined && hasWrongOctets(after)) return remedyOfOctets(before, after);
  if (text.includes(":")) {
    return 'write up to eight groups of one to four hexadecimal digits, with "::" at most once';
  }
  return "write all four octets in decimal";
}

/** Some programs read a leading zero as octal, others ignore it (RFC 6943 section 3.1.1). */
function remedyOfOctets(before: string, text: string): string {
  const values = text.split(".").map(BigInt);
  if (values.some((value) => value > 255n)) return "write octets from 0 to 255";
  return `write "${before}${values.join(".")}" where the octets are decimal; some programs read a leading zero as octal`;
}

function hasWrongOctets(text: string): boolean {
  return text.split(".").some((octet) => Number(octet) > 255 || /^0\d/.test(octet));
}
