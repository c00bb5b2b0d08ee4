import { Address4, Address6 } from "ip-address";
import type { Family } from "./family.ts";

/** No zone id (RFC 4007) and no length, because the parser below would ignore both silently. */
const plain = /^[0-9a-f:.]+$/i;

/** The family and value of an address's text; undefined for other texts. */
export function parseAddress(text: string): { readonly family: Family; readonly value: bigint } | undefined {
  if (!plain.test(text)) return undefined;
  if (Address4.isValid(text)) return { family: 4, value: new Address4(text).bigInt() };
  if (Address6.isValid(text)) return { family: 6, value: new Address6(text).bigInt() };
  return undefined;
}
