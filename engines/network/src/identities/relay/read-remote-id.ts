import { MacAddress } from "../../ipam/addresses/mac-address.ts";
import { NetworkFault } from "../../network-fault.ts";
import { toHex } from "../../octets/to-hex.ts";
import { printableText } from "./printable-text.ts";
import { typedValue } from "./typed-value.ts";

/** The station or subscriber that a remote id names. */
export type RemoteId =
  | { readonly layout: "mac"; readonly mac: MacAddress }
  | { readonly layout: "text"; readonly text: string }
  | { readonly layout: "opaque" };

/**
 * Reads a remote id: Agent Remote ID (RFC 3046 section 3.2) or Agent-Remote-Id (RFC 4679 section 3.3.2). Cisco
 * begins a MAC address with 00 06 and a text with 01 and its length; other vendors send both without such a prefix.
 * A text that spells a MAC address is read as one.
 */
export function readRemoteId(bytes: Uint8Array): RemoteId {
  const mac = typedValue(bytes, 0);
  if (mac?.length === 6) return { layout: "mac", mac: macOf(mac) };
  const text = printableText(typedValue(bytes, 1) ?? bytes);
  if (text !== undefined) return readText(text);
  return bytes.length === 6 ? { layout: "mac", mac: macOf(bytes) } : { layout: "opaque" };
}

function readText(text: string): RemoteId {
  try {
    return { layout: "mac", mac: MacAddress.parse(text) };
  } catch (fault) {
    if (!(fault instanceof NetworkFault)) throw fault;
    return { layout: "text", text };
  }
}

function macOf(bytes: Uint8Array): MacAddress {
  return MacAddress.of(BigInt(`0x${toHex(bytes)}`));
}
