import { domainToASCII } from "node:url";

/** An e-mail address as it was written and as it is compared. */
export interface EmailAddress {
  /** As written, without surrounding space. */
  readonly text: string;
  /**
   * What two spellings of one mailbox share: NFC, lower case, the domain in ASCII (IDNA). RFC 5321 lets a
   * server tell `Ann@` from `ann@`; none in use does. Dots and `+tags` stay: they can be other mailboxes.
   */
  readonly normalised: string;
  readonly localPart: string;
}

/** What RFC 5321 allows (254 octets), and space around it. */
export const longestEmailAddress = 320;

// \p{C}: neither controls nor what is not seen, such as the mark that turns the direction of writing.
const localPartShape = /^[^\s\p{C}@"(),:;<>[\]\\.]+(\.[^\s\p{C}@"(),:;<>[\]\\.]+)*$/u;
// Before it is turned into ASCII, which ends at the first sign that ends the host in a URL and drops line breaks.
const writtenDomain = /^[\p{L}\p{M}\p{N}.\u3002-]+$/u;
// No last label of digits alone: that is an IPv4 address.
const domainShape = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9-]{2,63}$/;

/** Reads `name@host.tld`; undefined when the text is not such an address. Quoted local parts are not taken. */
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

/** The comparable form of what is written before the `@`. */
export function normaliseLocalPart(text: string): string {
  return text.normalize("NFC").toLowerCase();
}
