import { z } from "zod";
import { attempt } from "../../../base/cli/schemas/parsed.ts";
import { kindOf, list, oneOf, record } from "../../../base/cli/schemas/record.ts";
import { trueOrFalse } from "../../../base/cli/schemas/scalars.ts";
import { Nas } from "../../src/policy/nas.ts";
import { vendorNames } from "../../src/policy/terms/nas-terms.ts";
import { address, filters, nasText, speed } from "./policy.ts";

const template = nasText(
  "name on the NAS, with {down}, {upK}, {downM}, {url} and the like",
  "INTERNET({up},{down})",
);

const shaping = kindOf(
  "kind",
  ["none", "rates", "policies", "services", "profile"],
  [
    record({ kind: z.literal("none") }),
    record({ kind: z.literal("rates") }),
    record({ kind: z.literal("policies"), up: template, down: template }),
    record({ kind: z.literal("services"), services: list(template) }),
    record({ kind: z.literal("profile"), profile: template }),
  ],
);

const garden = record({
  addressLists: list(nasText("address list of the NAS", "unpaid")).default([]),
  filters: filters.default({}),
  services: list(template).default([]),
  pool: nasText("pool of private addresses on the NAS", "garden").optional(),
  speed: speed.optional(),
  url: nasText("page that a customer is sent to", "https://pay.example/").optional(),
});

/** How a NAS is told policies, and what it takes while a session lives. */
export const nas = record({
  vendor: oneOf(vendorNames),
  shaping: shaping.default({ kind: "none" }),
  garden: garden.prefault({}),
  acceptsCoa: trueOrFalse.default(true),
  acceptsDisconnect: trueOrFalse.default(true),
  alsoChangeable: list(nasText("attribute", "Mikrotik-Address-List")).default([]),
}).transform((terms, context) => attempt(() => Nas.of(terms), context));

/** A live session, as its accounting names it. */
export const session = record({
  userName: nasText("User-Name", "anna@isp.example"),
  sessionId: nasText("Acct-Session-Id", "81c00007").optional(),
  address: address.optional(),
  callingStation: nasText("Calling-Station-Id", "00:00:5E:00:53:01").optional(),
  nasPortId: nasText("NAS-Port-Id", "ether3").optional(),
  nasIdentifier: nasText("NAS-Identifier", "bng-1").optional(),
  nasAddress: address.optional(),
});
