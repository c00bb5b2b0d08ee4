import { MacAddress } from "../../ipam/addresses/mac-address.ts";
import { NetworkFault } from "../../network-fault.ts";
import { isStation, stationMac } from "../station-mac.ts";
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
 * A text that spells a MAC address is read as one. A group address and zero are none, because no station has them.
 */
export function readRemoteId(bytes: Uint8Array): RemoteId {
  const typed = stationMac(typedValue(bytes, 0) ?? new Uint8Array());
  if (typed !== undefined) return { layout: "mac", mac: typed };
  const text = printableText(typedValue(bytes, 1) ?? bytes);
  if (text !== undefined) return readText(text);
  const mac = stationMac(bytes);
  return mac === undefined ? { layout: "opaque" } : { layout: "mac", mac };
}

function readText(text: string): RemoteId {
  try {
    const mac = MacAddress.parse(text);
    return isStation(mac) ? { layout: "mac", mac } : { layout: "text", text };
  } catch (fault) {
    if (!(fault instanceof NetworkFault)) throw fault;
    return { layout: "text", text };
  }
}
