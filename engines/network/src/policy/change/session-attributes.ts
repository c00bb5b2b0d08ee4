import type { IPAddress } from "../../ipam/addresses/ip-address.ts";
import { NetworkFault } from "../../network-fault.ts";
import type { Attribute } from "../../radius/attributes/attribute.ts";
import { attribute } from "../../radius/values/build-attribute.ts";
import type { Vendor } from "../vendors/vendor.ts";
import type { LiveSession } from "./live-session.ts";

/**
 * The attributes by which a NAS finds one session (RFC 5176 section 3). All must match, so there are only the
 * necessary ones: User-Name with the session's id, else with its address, else with its station and port.
 * @throws NetworkFault SESSION_INVALID for a user name alone, which would match all sessions of the user.
 */
export function sessionAttributes(session: LiveSession, vendor: Vendor): readonly Attribute[] {
  return [
    ...nasAttributes(session),
    attribute("User-Name", session.userName),
    ...distinguishing(session, vendor),
  ];
}

function nasAttributes({ nasAddress, nasIdentifier }: LiveSession): readonly Attribute[] {
  return [
    ...(nasAddress === undefined
      ? []
      : [attribute(nasAddress.family === 4 ? "NAS-IP-Address" : "NAS-IPv6-Address", String(nasAddress))]),
    ...(nasIdentifier === undefined ? [] : [attribute("NAS-Identifier", nasIdentifier)]),
  ];
}

function distinguishing(session: LiveSession, vendor: Vendor): readonly Attribute[] {
  const { sessionId, address, callingStation, nasPortId } = session;
  if (sessionId !== undefined) return [attribute("Acct-Session-Id", sessionId)];
  if (address !== undefined) return [addressAttribute(address, vendor)];
  if (callingStation === undefined) {
    throw new NetworkFault(
      "SESSION_INVALID",
      `expected the session's id, address or calling station beside the user name; found "${session.userName}" alone: add one of them, or every session of the user would change`,
    );
  }
  return [
    attribute("Calling-Station-Id", callingStation),
    ...(nasPortId === undefined ? [] : [attribute("NAS-Port-Id", nasPortId)]),
  ];
}

function addressAttribute(address: IPAddress, vendor: Vendor): Attribute {
  const name = address.family === 4 ? "Framed-IP-Address" : "Framed-IPv6-Address";
  return vendor.sessionAddress?.(address) ?? attribute(name, String(address));
}
