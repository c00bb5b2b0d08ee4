import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { run } from "../../../base/cli/testing/run.ts";
import { runs } from "../../../base/testing/runs.ts";
import { network } from "../../cli/program.ts";
import { vendorNames } from "../../src/policy/vendors/vendors.ts";
import { afterCoa, type Printed } from "./after-coa.ts";
import { queueOf } from "./queue-of.ts";

/** Few different values, so that two policies share most of their terms. */
const rate = fc.constantFrom(1_000_000, 4_000_000, 1_500_000, 2_048_000, 3_000_001);
const speed = fc.record({ down: rate, up: rate });
const pool = fc.constantFrom("a", "b").map((name) => ({ kind: "pool", pool: name }));
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });

const shaped = fc
  .record({
    speed,
    seconds: fc.record({ down: fc.nat(9), up: fc.nat(9) }),
    more: fc.nat(7),
    priority: fc.nat(7),
  })
  .map(({ speed: { down, up }, seconds, more, priority }) => ({
    speed: { down, up },
    ...(more % 2 === 1 && {
      burst: {
        speed: { down: 2 * down, up: 3 * up },
        threshold: { down, up: 2 * up },
        seconds: { down: seconds.down + 1, up: seconds.up + 1 },
      },
    }),
    ...(more % 4 > 1 && { priority: priority + 1 }),
    ...(more > 3 && { guaranteed: { down: 1_000, up: 500_000 } }),
  }));

const policy = fc
  .record({
    state: fc.constantFrom("active", "active", "walled-garden"),
    shaping: maybe(shaped),
    ipv4: fc.oneof(
      { weight: 9, arbitrary: fc.constant({ kind: "pool", pool: "a" }) },
      { weight: 1, arbitrary: pool },
    ),
    filter: maybe(fc.constantFrom("f", "g")),
    idleSeconds: maybe(fc.constantFrom(60, 90)),
    addressLists: fc.subarray(["paid", "voip"]),
  })
  .map(({ shaping, filter, ...rest }) => ({ ...rest, ...shaping, filters: { up: filter, down: filter } }));

const names = { kind: "policies", up: "in{up}", down: "out{down}" };
const services = { kind: "services", services: ["NET({up},{down})", "VOICE"] };
const servers = [
  {
    vendor: "mikrotik",
    shaping: { kind: "rates" },
    garden: { filters: { up: "g" } },
    alsoChangeable: ["Mikrotik-Address-List"],
  },
  { vendor: "mikrotik", shaping: { kind: "rates" }, garden: { addressLists: ["wall"] } },
  { vendor: "cisco", shaping: names, garden: { services: ["WALL"] } },
  { vendor: "cisco", shaping: services, garden: { services: ["WALL", "VOICE"] } },
  { vendor: "juniper", shaping: names, garden: { services: ["WALL"] } },
  { vendor: "juniper", shaping: services, garden: { services: ["VOICE", "WALL"] } },
  { vendor: "huawei", shaping: { kind: "rates" }, garden: { filters: { up: "g", down: "g" } } },
  { vendor: "huawei", shaping: { kind: "profile", profile: "p{down}" }, garden: { pool: "wall" } },
  { vendor: "wispr", shaping: { kind: "rates" }, garden: { filters: { up: "g", down: "g" } } },
];
const nas = fc.constantFrom(...servers);

const session = { userName: "anna", sessionId: "1" };
const sorted = (attributes: readonly Printed[]) =>
  attributes.map(({ name, value }) => `${name} = ${value}`).sort();

describe("random policies", () => {
  it("are valid for every vendor", () => {
    expect(new Set(servers.map(({ vendor }) => vendor))).toEqual(new Set(vendorNames));
  });

  it("reach MikroTik's queues with the upload as the received rate of the router", () => {
    fc.assert(
      fc.property(shaped, ({ speed: { down, up }, burst, priority, guaranteed }) => {
        const input = {
          policy: { access: "ipoe", speed: { down, up }, burst, priority, guaranteed },
          nas: rated,
        };
        const queue = queueOf(run(network, "policy", input).attributes[0].value);
        const none = { down: 0, up: 0 };
        const { speed: most, threshold, seconds } = burst ?? { speed: none, threshold: none, seconds: none };
        expect(queue).toEqual({
          rate: { rx: up, tx: down },
          burst: { rx: most.up, tx: most.down },
          threshold: { rx: threshold.up, tx: threshold.down },
          seconds: { rx: seconds.up, tx: seconds.down },
          priority: priority ?? 8,
          minimum: guaranteed ? { rx: guaranteed.up, tx: guaranteed.down } : { rx: up, tx: down },
        });
      }),
      runs(500),
    );
  });

  it("leave a session, after the change, with the attributes of a new login", () => {
    const kinds = new Map<string, number>();
    fc.assert(
      fc.property(policy, policy, nas, (before, after, on) => {
        const old: Printed[] = run(network, "policy", { policy: before, nas: on }).attributes;
        const { attributes, change } = run(network, "policy", {
          policy: after,
          nas: on,
          live: { before, session },
        });
        kinds.set(change.kind, (kinds.get(change.kind) ?? 0) + 1);
        if (change.kind === "nothing") expect(sorted(old)).toEqual(sorted(attributes));
        else expect(sorted(old)).not.toEqual(sorted(attributes));
        if (change.kind === "coa")
          expect(sorted(afterCoa(old, change.attributes))).toEqual(sorted(attributes));
      }),
      runs(1_000),
    );
    expect([...kinds.keys()].sort()).toEqual(["coa", "disconnect", "nothing"]);
  });
});

const rated = { vendor: "mikrotik", shaping: { kind: "rates" } };
