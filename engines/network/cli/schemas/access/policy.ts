import { z } from "zod";
import { attempt, parsed } from "../../../../base/cli/schemas/parsed.ts";
import { kindOf, list, oneOf, record } from "../../../../base/cli/schemas/record.ts";
import { wholeNumber } from "../../../../base/cli/schemas/scalars.ts";
import { whenSound } from "../../../../base/cli/schemas/when-sound.ts";
import { FramedRoute } from "../../../src/identities/framed-route.ts";
import { IPAddress } from "../../../src/ipam/addresses/ip-address.ts";
import { Prefix } from "../../../src/ipam/blocks/prefix.ts";
import { NetworkFault } from "../../../src/network-fault.ts";
import { ServicePolicy } from "../../../src/policy/service-policy.ts";
import { accessKinds, serviceStates } from "../../../src/policy/terms/policy-terms.ts";
import { fastest } from "../../../src/policy/terms/speed.ts";
import { parseRateLimit } from "../../../src/policy/vendors/speeds/parse-rate-limit.ts";
import { nasText } from "./nas-text.ts";
import { told } from "./told.ts";

export const address = parsed("192.0.2.1", "address", IPAddress.parse);

const bitsPerSecond = wholeNumber(0, fastest);
export const speed = record({ down: bitsPerSecond, up: bitsPerSecond }).meta({
  description: "bit/s, 0 for no limit in that direction; down reaches the customer, up leaves it",
});

const threshold = record(
  { down: bitsPerSecond, up: bitsPerSecond },
  () => 'the average below which the burst goes on, such as {"down": 40000000, "up": 8000000}',
).meta({ description: "bit/s of each direction, 0 for no burst" });

export const filters = record({
  up: nasText("filter of the customer's upload", "customer").optional(),
  down: nasText("filter of the customer's download", "customer").optional(),
});

const seconds = wholeNumber(1, 0xffff_ffff).optional();
const pool = record({ kind: z.literal("pool"), pool: nasText("pool on the NAS", "home") });
const kinds = ["pool", "fixed"] as const;
const fixedPrefix = record({
  kind: z.literal("fixed"),
  prefix: parsed("2001:db8:700::/56", "prefix", Prefix.parse),
});

/** A service's policy. The NAS decides every term that is absent. */
export const policy = record({
  state: oneOf(serviceStates).default("active"),
  access: oneOf(accessKinds).default("ppp"),
  rateLimit: parsed("10M/50M", "speeds as Mikrotik-Rate-Limit has them", parseRateLimit).optional(),
  told: told.optional(),
  speed: speed.optional(),
  burst: record({
    speed,
    threshold,
    seconds: record(
      { down: wholeNumber(0, 3_600), up: wholeNumber(0, 3_600) },
      () => 'over how many seconds the average is taken, such as {"down": 8, "up": 8}',
    ),
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
  .superRefine(({ rateLimit, told, ...terms }, context) => {
    const sources = Object.entries({ rateLimit, told }).flatMap(([name, of]) => (of ? [{ name, of }] : []));
    if (sources.length === 2) {
      const message = "expected the speeds once; found rateLimit and told: leave one of them out";
      context.addIssue({ code: "custom", path: ["told"], message });
    }
    for (const { name, of } of sources) {
      const twice = Object.keys(of).find((term) => Object.hasOwn(terms, term));
      if (twice === undefined) continue;
      const message = `expected the speeds once; found ${twice} and a ${name} that has it too: leave one of them out`;
      context.addIssue({ code: "custom", path: [name], message });
    }
  }, whenSound)
  .transform(({ rateLimit, told, ...terms }, context) => {
    const make = () => ServicePolicy.of({ ...rateLimit, ...told, ...terms });
    if (rateLimit !== undefined) return attempt(() => fromSource("rateLimit", terms, make), context);
    return attempt(() => (told === undefined ? make() : fromSource("told", terms, make)), context);
  });

/** Reports a fault of a term that was read from another field at the path of that field. */
function fromSource<Result>(field: string, written: object, step: () => Result): Result {
  try {
    return step();
  } catch (fault) {
    if (fault instanceof NetworkFault) {
      fault.details = fault.details.map((detail) => {
        const [term = field] = detail.path;
        if (Object.hasOwn(written, term)) return detail;
        const message = `${detail.message} (as ${field} was read, in bit/s)`;
        return { ...detail, path: [field], message };
      });
    }
    throw fault;
  }
}
