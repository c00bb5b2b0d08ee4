import { attempt } from "../../../../base/cli/schemas/parsed.ts";
import { list, oneOf, record } from "../../../../base/cli/schemas/record.ts";
import { trueOrFalse } from "../../../../base/cli/schemas/scalars.ts";
import { Nas } from "../../../src/policy/nas.ts";
import { vendorNames } from "../../../src/policy/vendors/vendors.ts";
import { attributeText, nasText } from "./nas-text.ts";
import { address, filters, speed } from "./policy.ts";
import { shaping, template } from "./shaping.ts";

const garden = record({
  addressLists: list(nasText("address list of the NAS", "unpaid")).default([]),
  filters: filters.default({}),
  services: list(template).default([]),
  pool: nasText("pool of private addresses on the NAS", "garden").optional(),
  speed: speed.optional(),
  url: nasText("page that a customer is sent to", "https://pay.example/").optional(),
});

/** The vendor attributes that a NAS reads, and the changes that it accepts during a session. */
export const nas = record({
  vendor: oneOf(vendorNames),
  shaping: shaping.default({ kind: "none" }),
  garden: garden.prefault({}),
  acceptsCoa: trueOrFalse.default(true),
  acceptsDisconnect: trueOrFalse.default(true),
  alsoChangeable: list(nasText("attribute", "Mikrotik-Address-List")).default([]),
}).transform((terms, context) => attempt(() => Nas.of(terms), context));

/** A live session, named by the attributes of its accounting. */
export const session = record({
  userName: attributeText("User-Name", "anna@isp.example"),
  sessionId: attributeText("Acct-Session-Id", "81c00007").optional(),
  address: address.optional(),
  callingStation: attributeText("Calling-Station-Id", "00:00:5E:00:53:01").optional(),
  nasPortId: attributeText("NAS-Port-Id", "ether3").optional(),
  nasIdentifier: attributeText("NAS-Identifier", "bng-1").optional(),
  nasAddress: address.optional(),
});
