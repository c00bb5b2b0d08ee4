import { z } from "zod";
import { expected } from "../../../base/cli/schemas/expected.ts";
import { attempt, parsed } from "../../../base/cli/schemas/parsed.ts";
import { kindOf, list, oneOf, record } from "../../../base/cli/schemas/record.ts";
import { wholeNumber } from "../../../base/cli/schemas/scalars.ts";
import { FramedRoute } from "../../src/identities/framed-route.ts";
import { IPAddress } from "../../src/ipam/addresses/ip-address.ts";
import { Prefix } from "../../src/ipam/blocks/prefix.ts";
import { ServicePolicy } from "../../src/policy/service-policy.ts";
import { accessKinds, serviceStates } from "../../src/policy/terms/policy-terms.ts";
import { fastest } from "../../src/policy/terms/speed.ts";
import { parseRateLimit } from "../../src/policy/vendors/parse-rate-limit.ts";

/** What a NAS calls something, or writes of a session. */
export const nasText = (what: string, example: string) =>
  z
    .string({ error: expected(`a string, such as "${example}" (${what})`) })
    .min(1, { error: expected(`${what}, such as "${example}"`) })
    .max(247, { error: expected(`${what} of at most 247 characters`) })
    .meta({ description: what, examples: [example] });

export const address = parsed("192.0.2.1", "address", IPAddress.parse);

const bitsPerSecond = wholeNumber(1, fastest);
export const speed = record({ down: bitsPerSecond, up: bitsPerSecond }).meta({
  description: "bit/s; down reaches the customer, up leaves it",
});

export const filters = record({
  up: nasText("filter of what the customer sends", "customer").optional(),
  down: nasText("filter of what the customer receives", "customer").optional(),
});

const seconds = wholeNumber(1, 0xffff_ffff).optional();
const pool = record({ kind: z.literal("pool"), pool: nasText("pool on the NAS", "home") });
const kinds = ["pool", "fixed"] as const;
const fixedPrefix = record({
  kind: z.literal("fixed"),
  prefix: parsed("2001:db8:700::/56", "prefix", Prefix.parse),
});

/** A service's policy; whatever is left out is left to the NAS. */
export const policy = record({
  state: oneOf(serviceStates).default("active"),
  access: oneOf(accessKinds).default("ppp"),
  rateLimit: parsed("10M/50M", "speeds as Mikrotik-Rate-Limit has them", parseRateLimit).optional(),
  speed: speed.optional(),
  burst: record({
    speed,
    threshold: speed,
    seconds: record({ down: wholeNumber(1, 3_600), up: wholeNumber(1, 3_600) }),
  }).optional(),
  guaranteed: speed.optional(),
  priority: wholeNumber(1, 8).optional(),
  ipv4: kindOf("kind", kinds, [pool, record({ kind: z.literal("fixed"), address })]).optional(),
  ipv6: kindOf("kind", kinds, [pool, fixedPrefix]).optional(),
  delegated: kindOf("kind", kinds, [pool, fixedPrefix]).optional(),
  routes: list(parsed("198.51.100.0/24 0.0.0.0 1", "framed route", FramedRoute.parse)).default([]),
  addressLists: list(nasText("address list of the NAS", "customers")).default([]),
  filters: filters.default({}),
  sessionSeconds: seconds,
  idleSeconds: seconds,
  interimSeconds: wholeNumber(60, 0xffff_ffff).optional(),
})
  .superRefine(({ rateLimit, ...terms }, context) => {
    const twice = rateLimit && Object.keys(rateLimit).find((term) => Object.hasOwn(terms, term));
    if (twice === undefined) return;
    const message = `expected the speeds once; found ${twice} and a rateLimit that has it too: leave one of them out`;
    context.addIssue({ code: "custom", path: ["rateLimit"], message });
  })
  .transform(({ rateLimit, ...terms }, context) =>
    attempt(() => ServicePolicy.of({ ...rateLimit, ...terms }), context),
  );
