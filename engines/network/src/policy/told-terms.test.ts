import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../base/testing/runs.ts";
import { attribute } from "../radius/values/build-attribute.ts";
import { authorize } from "./authorize.ts";
import type { Shaping } from "./terms/shaping.ts";
import { nas, policy } from "./testing/samples.ts";
import { toldTerms } from "./told-terms.ts";
import type { VendorName } from "./vendors/vendors.ts";

const rates: Shaping = { kind: "rates" };
const policies: Shaping = { kind: "policies", up: "in-{upK}k", down: "out({down})" };
const joint: Shaping = { kind: "services", services: ["NET({up},{down})", "VOICE"] };
const apart: Shaping = { kind: "services", services: ["up{upK}", "down{downK}", "VOICE"] };
const profile: Shaping = { kind: "profile", profile: "res-{downK}-{upK}.v2" };

const told = (vendor: VendorName, shaping: Shaping, given: readonly (readonly [string, string | number])[]) =>
  toldTerms(
    given.map(([name, value]) => attribute(name, value)),
    nas(vendor, { shaping }),
  );

describe("the speeds in the attributes of a NAS", () => {
  const half = fc.oneof(
    fc.constant(0),
    fc.integer({ min: 1, max: 4_000_000 }).map((k) => k * 1_000),
  );
  const some = fc.record({ up: half, down: half }).filter(({ up, down }) => up + down > 0);
  const whole = some.filter(({ up, down }) => up > 0 && down > 0);

  it.each<[VendorName, Shaping, typeof some]>([
    ["mikrotik", rates, some],
    ["wispr", rates, some],
    ["huawei", rates, some],
    ["huawei", profile, whole],
    ["cisco", policies, some],
    ["cisco", joint, whole],
    ["cisco", apart, some],
    ["juniper", policies, some],
    ["juniper", joint, whole],
    ["juniper", apart, some],
  ])("by %s with %j are read as they were written", (vendor, shaping, speeds) => {
    const on = nas(vendor, { shaping });
    fc.assert(
      fc.property(speeds, (speed) => {
        expect(toldTerms(authorize(policy({ speed }), on).attributes, on)).toEqual({ speed });
      }),
      runs(200),
    );
  });

  it.each<[VendorName, object]>([
    ["wispr", { speed: { up: 5_000, down: 0 }, guaranteed: { up: 0, down: 7_000 } }],
    ["wispr", { speed: { up: 0, down: 0 }, guaranteed: { up: 1, down: 7_000 } }],
    [
      "huawei",
      {
        speed: { up: 5_000, down: 6_000 },
        burst: {
          speed: { up: 0, down: 9_000 },
          threshold: { up: 0, down: 6_000 },
          seconds: { up: 0, down: 1 },
        },
      },
    ],
  ])("by %s with more terms than a speed are read as they were written: %j", (vendor, terms) => {
    const on = nas(vendor, { shaping: rates });
    expect(toldTerms(authorize(policy(terms), on).attributes, on)).toEqual(terms);
  });

  it("are empty when no attribute has one", () => {
    for (const vendor of ["mikrotik", "wispr", "huawei"] as const) {
      expect(told(vendor, rates, [["Session-Timeout", 60]])).toEqual({});
    }
    expect(told("cisco", policies, [["Cisco-AVPair", "ip:addr-pool=home"]])).toEqual({});
    expect(told("cisco", joint, [["Cisco-Account-Info", "S192.0.2.1"]])).toEqual({});
    expect(told("juniper", joint, [["ERX-Service-Activate", "VOICE"]])).toEqual({});
    expect(told("juniper", policies, [])).toEqual({});
  });

  it.each<[VendorName, Shaping, (readonly [string, string | number])[], string]>([
    [
      "huawei",
      { kind: "none" },
      [],
      "expected shaping by rates, profile for huawei; found none: write how the NAS is told the speed",
    ],
    [
      "cisco",
      { kind: "services", services: ["GOLD"] },
      [["Cisco-Account-Info", "AGOLD"]],
      'expected a template with {down} or {up}, by which its name tells a speed; found "GOLD": write the speed itself',
    ],
    [
      "cisco",
      joint,
      [["Cisco-Account-Info", "AGOLD"]],
      'expected a name made from "NET({up},{down})" or "VOICE"; found "GOLD": write its template in the shaping',
    ],
    ["cisco", joint, [["Cisco-Account-Info", "ANET(010,5)"]], 'found "NET(010,5)"'],
    [
      "juniper",
      apart,
      [
        ["ERX-Service-Activate", "up5"],
        ["ERX-Service-Activate", "up6"],
      ],
      "expected one speed up; found 5000 and 6000 bit/s: leave one of the names out",
    ],
    [
      "cisco",
      policies,
      [
        ["Cisco-AVPair", "ip:sub-qos-policy-in=in-1k"],
        ["Cisco-AVPair", "ip:sub-qos-policy-in=in-2k"],
      ],
      "expected ip:sub-qos-policy-in once; found ip:sub-qos-policy-in=in-1k and ip:sub-qos-policy-in=in-2k",
    ],
    [
      "wispr",
      rates,
      [
        ["WISPr-Bandwidth-Max-Up", 5],
        ["WISPr-Bandwidth-Max-Up", 6],
      ],
      "expected WISPr-Bandwidth-Max-Up once; found 5 and 6: leave one of them out",
    ],
    [
      "huawei",
      rates,
      [["Huawei-Input-Peak-Rate", 5]],
      "expected Huawei-Input-Average-Rate beside Huawei-Input-Peak-Rate; found the second alone: write the average rate too",
    ],
    [
      "huawei",
      { kind: "profile", profile: "p{up}0{down}" },
      [["Huawei-Qos-Profile-Name", "p505"]],
      'expected a template whose numbers can be told apart; found "p{up}0{down}": write something other than digits',
    ],
    ["mikrotik", rates, [["Mikrotik-Rate-Limit", "fast"]], "expected a rate limit of RouterOS"],
  ])("by %s with %j are refused in %j", (vendor, shaping, given, message) => {
    expect(() => told(vendor, shaping, given)).toThrow(expect.objectContaining({ code: "POLICY_INVALID" }));
    expect(() => told(vendor, shaping, given)).toThrow(message);
  });
});

describe("a limit of one direction", () => {
  const speed = { up: 0, down: 8_000 };
  const granted = (vendor: VendorName, shaping: Shaping) => {
    const answer = authorize(policy({ speed }), nas(vendor, { shaping }));
    if (answer.kind === "reject") throw new Error("expected an accept");
    return [answer.attributes.map(({ name, value }) => `${name} = ${value}`), answer.unsupported];
  };

  it.each<[VendorName, Shaping, string[], string[]]>([
    ["mikrotik", rates, ["Mikrotik-Rate-Limit = 0/8k"], []],
    ["wispr", rates, ["WISPr-Bandwidth-Max-Down = 8000"], []],
    ["huawei", rates, ["Huawei-Output-Average-Rate = 8000", "Huawei-Output-Peak-Rate = 8000"], []],
    ["cisco", policies, ["Cisco-AVPair = ip:sub-qos-policy-out=out(8000)"], []],
    ["juniper", policies, ["ERX-Egress-Policy-Name = out(8000)"], []],
    ["cisco", apart, ["Cisco-Account-Info = Adown8", "Cisco-Account-Info = AVOICE"], []],
    ["huawei", { kind: "profile", profile: "p{up}" }, [], ["speed"]],
    ["juniper", { kind: "services", services: ["up{up}"] }, [], ["speed"]],
  ])("is sent to %s with %j, and nothing about the other", (vendor, shaping, attributes, unsupported) => {
    expect(granted(vendor, shaping)).toEqual([attributes, unsupported]);
  });

  it("is refused when one name has both directions, or the wrong one", () => {
    const message = (name: string) =>
      `expected a limit in both directions for "${name}", which names both; found no limit up: write the speed up, or a name of its own for each direction`;
    expect(() => granted("cisco", joint)).toThrow(message("NET({up},{down})"));
    expect(() => granted("huawei", profile)).toThrow(message("res-{downK}-{upK}.v2"));
    expect(() => granted("juniper", { kind: "policies", up: "{down}", down: "{up}" })).toThrow(
      'expected the speed down in the name of the policy down; found "{up}": write {down} in it, or the speed of both directions',
    );
  });
});
