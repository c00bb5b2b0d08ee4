import { domainToASCII } from "node:url";

/** An e-mail address in its written form and in its form for comparison. */
export interface EmailAddress {
  /** The written form without surrounding space. */
  readonly text: string;
  /**
   * The form that two spellings of one mailbox share: NFC, lower case, the domain in ASCII (IDNA). RFC 5321 permits
   * a server to distinguish `Ann@` from `ann@`, but no server in use does. Dots and `+tags` are kept, because they
   * can denote other mailboxes.
   */
  readonly normalised: string;
  readonly localPart: string;
}

/** The longest address of RFC 5321 (254 octets), with room for space around it. */
export const longestEmailAddress = 320;

// \p{C} excludes control characters and invisible ones, such as a mark that changes the direction of writing.
const localPartShape = /^[^\s\p{C}@"(),:;<>[\]\\.]+(\.[^\s\p{C}@"(),:;<>[\]\\.]+)*$/u;
// Checked before the conversion to ASCII, which stops at the first character that ends the host of a URL, and drops
// line breaks.
const writtenDomain = /^[\p{L}\p{M}\p{N}.\u3002-]+$/u;
// A last label of digits alone is refused, because that is an IPv4 address.
const domainShape = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9-]{2,63}$/;

/** Parses `name@host.tld`; undefined for any other text. Quoted local parts are not supported. */
export function parseEmailAddress(text: string): EmailAddress | undefined {
  if (text.length > longestEmailAddress) return undefined;
  const trimmed = text.trim();
  const at = trimmed.lastIndexOf("@");
  const localPart = normaliseLocalPart(trimmed.slice(0, Math.max(at, 0)));
  const written = trimmed.slice(at + 1);
  const domain = writtenDomain.test(written) ? domainToASCII(written) : "";
  const normalised = `${localPart}@${domain}`;
  if (Buffer.byteLength(localPart) > 64 || normalised.length > 254) return undefined;
  if (!localPartShape.test(localPart) || !domainShape.test(domain)) return undefined;
  return { text: trimmed, normalised, localPart };
}

/** The form for comparison of the part before the `@`. */
export function normaliseLocalPart(text: string): string {
  return text.normalize("NFC").toLowerCase();
}
