import { describe, expect, it } from "vitest";
import { FramedRoute } from "../../identities/framed-route.ts";
import { IPAddress } from "../../ipam/addresses/ip-address.ts";
import { Prefix } from "../../ipam/blocks/prefix.ts";
import type { Nas } from "../nas.ts";
import type { PolicyTerms } from "../terms/policy-terms.ts";
import type { Shaping } from "../terms/shaping.ts";
import { lines, nas, noGarden, policy } from "../testing/samples.ts";
import { type VendorName, vendorNames } from "../vendors/vendors.ts";
import { type Change, changeOf } from "./change-of.ts";
import type { LiveSession } from "./live-session.ts";

const session: LiveSession = { userName: "anna", sessionId: "81c00007" };
const known = ["User-Name = anna", "Acct-Session-Id = 81c00007"];
const slow = { down: 50_000_000, up: 10_000_000 };
const fast = { down: 100_000_000, up: 20_000_000 };
const rates: Shaping = { kind: "rates" };
const policies: Shaping = { kind: "policies", up: "in-{upM}", down: "out-{downM}" };
const services: Shaping = { kind: "services", services: ["NET({up},{down})", "VOICE"] };
const pool = (name: string) => ({ kind: "pool", pool: name }) as const;

type Terms = Partial<PolicyTerms>;

function change(before: Terms, after: Terms, on: Nas, of: LiveSession = session): Change {
  return changeOf(policy(before), policy(after), on, of);
}

/** The attributes of a CoA, without those that identify the session. */
function changedBy(found: Change): string[] {
  if (found.kind !== "coa") throw new Error(`expected a CoA; found ${JSON.stringify(found)}`);
  const all = lines(found.attributes);
  expect(all.slice(0, 2)).toEqual(known);
  return all.slice(2);
}

describe("a live session", () => {
  it.each(vendorNames)("of %s is not changed when the NAS's attributes stay the same", (vendor) => {
    const terms: Terms = { speed: slow, addressLists: ["a", "b"], ipv4: pool("home"), idleSeconds: 60 };
    expect(change(terms, terms, nas(vendor))).toEqual({ kind: "nothing" });
    expect(change({ ...terms, priority: 1 }, terms, nas("cisco"))).toEqual({ kind: "nothing" });
  });

  it("is not changed when only an order changes", () => {
    expect(change({ addressLists: ["a", "b"] }, { addressLists: ["b", "a"] }, nas("mikrotik"))).toEqual({
      kind: "nothing",
    });
  });

  it.each<[string, VendorName, Shaping, string[], string[]]>([
    ["mikrotik", "mikrotik", rates, ["Mikrotik-Rate-Limit"], ["Mikrotik-Rate-Limit = 20M/100M"]],
    [
      "cisco by policy",
      "cisco",
      policies,
      ["Cisco-AVPair ip:sub-qos-policy-in", "Cisco-AVPair ip:sub-qos-policy-out"],
      ["Cisco-AVPair = ip:sub-qos-policy-in=in-20", "Cisco-AVPair = ip:sub-qos-policy-out=out-100"],
    ],
    [
      "cisco by service",
      "cisco",
      services,
      ["Cisco-Account-Info"],
      [
        "Cisco-Command-Code = \u000cNET(10000000,50000000)",
        "Cisco-Command-Code = \u000bNET(20000000,100000000)",
      ],
    ],
    [
      "juniper by policy",
      "juniper",
      policies,
      ["ERX-Ingress-Policy-Name", "ERX-Egress-Policy-Name"],
      ["ERX-Ingress-Policy-Name = in-20", "ERX-Egress-Policy-Name = out-100"],
    ],
    [
      "juniper by service",
      "juniper",
      services,
      ["ERX-Service-Activate"],
      ["ERX-Service-Deactivate = NET(10000000,50000000)", "ERX-Service-Activate:1 = NET(20000000,100000000)"],
    ],
    [
      "huawei",
      "huawei",
      rates,
      [
        "Huawei-Input-Average-Rate",
        "Huawei-Input-Peak-Rate",
        "Huawei-Output-Average-Rate",
        "Huawei-Output-Peak-Rate",
      ],
      [
        "Huawei-Input-Average-Rate = 20000000",
        "Huawei-Input-Peak-Rate = 20000000",
        "Huawei-Output-Average-Rate = 100000000",
        "Huawei-Output-Peak-Rate = 100000000",
      ],
    ],
    [
      "huawei by profile",
      "huawei",
      { kind: "profile", profile: "p{downM}" },
      ["Huawei-Qos-Profile-Name"],
      ["Huawei-Qos-Profile-Name = p100"],
    ],
    [
      "wispr",
      "wispr",
      rates,
      ["WISPr-Bandwidth-Max-Up", "WISPr-Bandwidth-Max-Down"],
      ["WISPr-Bandwidth-Max-Up = 20000000", "WISPr-Bandwidth-Max-Down = 100000000"],
    ],
  ])(
    "of %s gets another speed by CoA, and nothing else with it",
    (_, vendor, shaping, changed, attributes) => {
      const found = change(
        { speed: slow, ipv4: pool("home") },
        { speed: fast, ipv4: pool("home") },
        nas(vendor, { shaping }),
      );
      expect(changedBy(found)).toEqual(attributes);
      expect(found).toMatchObject({ changed });
    },
  );

  it("gets only one direction when one changes", () => {
    const terms = { speed: { ...slow, up: 20_000_000 } };
    expect(changedBy(change({ speed: slow }, terms, nas("wispr", { shaping: rates })))).toEqual([
      "WISPr-Bandwidth-Max-Up = 20000000",
    ]);
    expect(changedBy(change({ speed: slow }, terms, nas("cisco", { shaping: policies })))).toEqual([
      "Cisco-AVPair = ip:sub-qos-policy-in=in-20",
    ]);
  });

  // NetEngine 8000 F, HW-Input-Peak-Information-Rate (3): needs HW-Input-Committed-Information-Rate (2).
  it("of Huawei gets an average rate with every peak rate", () => {
    const burst = { speed: { ...slow, down: 60_000_000 }, threshold: slow, seconds: { down: 1, up: 1 } };
    const found = change({ speed: slow }, { speed: slow, burst }, nas("huawei", { shaping: rates }));
    expect(changedBy(found)).toEqual([
      "Huawei-Output-Average-Rate = 50000000",
      "Huawei-Output-Peak-Rate = 60000000",
    ]);
    expect(found).toMatchObject({ changed: ["Huawei-Output-Peak-Rate"] });
  });

  it.each<[VendorName, Terms, Terms, string[]]>([
    [
      "mikrotik",
      { idleSeconds: 60, sessionSeconds: 9 },
      { idleSeconds: 70, sessionSeconds: 8 },
      ["Session-Timeout = 8", "Idle-Timeout = 70"],
    ],
    [
      "cisco",
      { idleSeconds: 60 },
      { idleSeconds: 70, sessionSeconds: 8 },
      ["Session-Timeout = 8", "Idle-Timeout = 70"],
    ],
    [
      "huawei",
      { idleSeconds: 60 },
      { idleSeconds: 70, sessionSeconds: 8 },
      ["Session-Timeout = 8", "Idle-Timeout = 70"],
    ],
    [
      "wispr",
      { interimSeconds: 60 },
      { idleSeconds: 70, sessionSeconds: 8, interimSeconds: 90 },
      ["Session-Timeout = 8", "Idle-Timeout = 70", "Acct-Interim-Interval = 90"],
    ],
    ["mikrotik", {}, { filters: { up: "a", down: "b" } }, ["Filter-Id = a.in", "Filter-Id = b.out"]],
    [
      "mikrotik",
      { filters: { up: "a", down: "b" } },
      { filters: { up: "a", down: "c" } },
      ["Filter-Id = a.in", "Filter-Id = c.out"],
    ],
    ["huawei", { filters: { up: "a" } }, { filters: { up: "b" } }, ["Filter-Id = b"]],
    ["wispr", { filters: { up: "a" } }, { filters: { up: "b" } }, ["Filter-Id = b"]],
  ])(
    "of %s goes from %j to %j by CoA, all values of an attribute together",
    (vendor, before, after, attributes) => {
      expect(changedBy(change(before, after, nas(vendor)))).toEqual(attributes);
    },
  );

  // RouterOS documentation, RADIUS, "Change of Authorization": no change of IP address, pool or routes.
  it.each<[VendorName, Terms, Terms, string[]]>([
    ["mikrotik", { ipv4: pool("a") }, { ipv4: pool("b") }, ["Framed-Pool cannot be changed by CoA"]],
    [
      "mikrotik",
      { ipv4: pool("a") },
      { ipv4: { kind: "fixed", address: IPAddress.parse("192.0.2.7") } },
      ["Framed-IP-Address cannot be changed by CoA", "Framed-Pool cannot be changed by CoA"],
    ],
    [
      "mikrotik",
      {},
      { routes: [FramedRoute.parse("198.51.100.0/24 0.0.0.0 1")] },
      ["Framed-Route cannot be changed by CoA"],
    ],
    [
      "mikrotik",
      { addressLists: ["paid"] },
      { addressLists: ["unpaid"] },
      ["Mikrotik-Address-List cannot be changed by CoA"],
    ],
    [
      "mikrotik",
      { interimSeconds: 60 },
      { interimSeconds: 90 },
      ["Acct-Interim-Interval cannot be changed by CoA"],
    ],
    [
      "mikrotik",
      { delegated: pool("a") },
      { delegated: pool("b") },
      ["Mikrotik-Delegated-IPv6-Pool cannot be changed by CoA"],
    ],
    [
      "cisco",
      { ipv4: pool("a") },
      { ipv4: pool("b") },
      ["Cisco-AVPair ip:addr-pool cannot be changed by CoA"],
    ],
    ["cisco", { filters: { up: "a" } }, { filters: { up: "b" } }, ["Filter-Id cannot be changed by CoA"]],
    ["juniper", { sessionSeconds: 1 }, { sessionSeconds: 2 }, ["Session-Timeout cannot be changed by CoA"]],
    [
      "huawei",
      {},
      { delegated: { kind: "fixed", prefix: Prefix.parse("2001:db8::/56") } },
      ["Delegated-IPv6-Prefix cannot be changed by CoA"],
    ],
    ["wispr", { filters: { up: "a" } }, {}, ["Filter-Id cannot be withdrawn by CoA"]],
    ["mikrotik", { idleSeconds: 5 }, {}, ["Idle-Timeout cannot be withdrawn by CoA"]],
  ])("of %s goes from %j to %j by Disconnect", (vendor, before, after, because) => {
    const found = change(before, after, nas(vendor, { shaping: { kind: "none" } }));
    expect(found).toMatchObject({ kind: "disconnect", because });
    expect(found.kind === "disconnect" && lines(found.attributes)).toEqual(known);
  });

  it("is never changed in part: one attribute without CoA causes a Disconnect", () => {
    const found = change(
      { speed: slow, ipv4: pool("a") },
      { speed: fast, ipv4: pool("b") },
      nas("mikrotik", { shaping: rates }),
    );
    expect(found).toMatchObject({ kind: "disconnect", because: ["Framed-Pool cannot be changed by CoA"] });
  });

  it("changes by CoA the attributes that its NAS is known to accept", () => {
    const on = nas("mikrotik", { alsoChangeable: ["Mikrotik-Address-List"] });
    expect(changedBy(change({ addressLists: ["paid"] }, { addressLists: ["unpaid", "new"] }, on))).toEqual([
      "Mikrotik-Address-List = unpaid",
      "Mikrotik-Address-List = new",
    ]);
  });

  it("loses a limit by Disconnect, because a CoA without the attribute keeps it", () => {
    expect(change({ speed: slow }, {}, nas("mikrotik", { shaping: rates }))).toMatchObject({
      kind: "disconnect",
      because: ["Mikrotik-Rate-Limit cannot be withdrawn by CoA"],
    });
  });

  it.each<[VendorName, string[]]>([
    ["cisco", ["Cisco-Command-Code = \u000cNET(10000000,50000000)"]],
    ["juniper", ["ERX-Service-Deactivate = NET(10000000,50000000)"]],
  ])("of %s ends a service by CoA, and keeps the other services", (vendor, attributes) => {
    expect(changedBy(change({ speed: slow }, {}, nas(vendor, { shaping: services })))).toEqual(attributes);
    const [ended] = attributes;
    const begun = changedBy(change({}, { speed: slow }, nas(vendor, { shaping: services })));
    expect(begun).toHaveLength(1);
    expect(begun[0]).not.toBe(ended);
  });

  it.each<[VendorName, string]>([
    ["cisco", "Cisco-Command-Code = \u000cNET50"],
    ["juniper", "ERX-Service-Deactivate = NET50"],
  ])("of %s ends its last service by CoA", (vendor, attribute) => {
    const on = nas(vendor, { shaping: { kind: "services", services: ["NET{downM}"] } });
    expect(changedBy(change({ speed: slow }, {}, on))).toEqual([attribute]);
  });

  it.each<[VendorName, string[], string[]]>([
    [
      "cisco",
      [
        "Cisco-Command-Code = \u000cNET(10000000,50000000)",
        "Cisco-Command-Code = \u000cVOICE",
        "Cisco-Command-Code = \u000bREDIRECT",
      ],
      [
        "Cisco-Command-Code = \u000cREDIRECT",
        "Cisco-Command-Code = \u000bNET(10000000,50000000)",
        "Cisco-Command-Code = \u000bVOICE",
      ],
    ],
    [
      "juniper",
      [
        "ERX-Service-Deactivate = NET(10000000,50000000)",
        "ERX-Service-Deactivate = VOICE",
        "ERX-Service-Activate:1 = REDIRECT",
      ],
      [
        "ERX-Service-Deactivate = REDIRECT",
        "ERX-Service-Activate:1 = NET(10000000,50000000)",
        "ERX-Service-Activate:2 = VOICE",
      ],
    ],
  ])("of %s goes into the garden and out of it by services", (vendor, into, out) => {
    const on = nas(vendor, { shaping: services, garden: { ...noGarden, services: ["REDIRECT"] } });
    const walled: Terms = { speed: slow, state: "walled-garden" };
    expect(changedBy(change({ speed: slow }, walled, on))).toEqual(into);
    expect(changedBy(change(walled, { speed: slow }, on))).toEqual(out);
  });

  it("of MikroTik enters the garden by a filter, and leaves it when it has a filter of its own", () => {
    const on = nas("mikrotik", { garden: { ...noGarden, filters: { up: "garden" } } });
    const open: Terms = { filters: { up: "open" } };
    const walled: Terms = { ...open, state: "walled-garden" };
    expect(changedBy(change(open, walled, on))).toEqual(["Filter-Id = garden.in"]);
    expect(changedBy(change(walled, open, on))).toEqual(["Filter-Id = open.in"]);
    expect(change({ state: "walled-garden" }, {}, on)).toMatchObject({ kind: "disconnect" });
  });
});

describe("a session of a blocked service", () => {
  const blocked: Terms = { state: "blocked" };
  it("ends, also when it is from before the service was unblocked", () => {
    expect(change({}, blocked, nas("cisco"))).toMatchObject({
      kind: "disconnect",
      because: ["the service is blocked"],
    });
    expect(change(blocked, blocked, nas("cisco"))).toMatchObject({ because: ["the service is blocked"] });
    expect(change(blocked, {}, nas("cisco"))).toMatchObject({
      kind: "disconnect",
      because: ["the service was blocked"],
    });
  });
});

describe("a NAS that accepts fewer packets", () => {
  it("is sent a Disconnect when it does not accept CoA", () => {
    const on = nas("mikrotik", { shaping: rates, acceptsCoa: false });
    expect(change({ speed: slow }, { speed: fast }, on)).toMatchObject({
      kind: "disconnect",
      because: ["Mikrotik-Rate-Limit changes, and the NAS takes no CoA"],
    });
    expect(change({ speed: slow }, { speed: slow }, on)).toEqual({ kind: "nothing" });
  });

  it("is sent a CoA when that is sufficient, without support for Disconnect", () => {
    const on = nas("mikrotik", { shaping: rates, acceptsDisconnect: false });
    expect(change({ speed: slow }, { speed: fast }, on).kind).toBe("coa");
    expect(change({ speed: slow }, {}, on)).toEqual({
      kind: "impossible",
      because: ["Mikrotik-Rate-Limit cannot be withdrawn by CoA", "the NAS takes no Disconnect"],
    });
  });
});

describe("the attributes that identify a session (RFC 5176 section 3)", () => {
  const address = IPAddress.parse("192.0.2.7");
  const port = { callingStation: "00:00:5E:00:53:01", nasPortId: "ether3" };
  const nasAddress = IPAddress.parse("198.51.100.1");
  it.each<[VendorName, Partial<LiveSession>, string[]]>([
    ["mikrotik", { sessionId: "7", address, ...port }, ["User-Name = anna", "Acct-Session-Id = 7"]],
    ["mikrotik", { address, ...port }, ["User-Name = anna", "Framed-IP-Address = 192.0.2.7"]],
    ["cisco", { address }, ["User-Name = anna", "Cisco-Account-Info = S192.0.2.7"]],
    ["cisco", { sessionId: "7", address }, ["User-Name = anna", "Acct-Session-Id = 7"]],
    [
      "juniper",
      { address: IPAddress.parse("2001:db8::7") },
      ["User-Name = anna", "Framed-IPv6-Address = 2001:db8::7"],
    ],
    ["huawei", port, ["User-Name = anna", "Calling-Station-Id = 00:00:5E:00:53:01", "NAS-Port-Id = ether3"]],
    ["wispr", { callingStation: "x" }, ["User-Name = anna", "Calling-Station-Id = x"]],
    [
      "mikrotik",
      { sessionId: "7", nasAddress, nasIdentifier: "bng-1" },
      ["NAS-IP-Address = 198.51.100.1", "NAS-Identifier = bng-1", "User-Name = anna", "Acct-Session-Id = 7"],
    ],
    [
      "mikrotik",
      { sessionId: "7", nasAddress: IPAddress.parse("2001:db8::1") },
      ["NAS-IPv6-Address = 2001:db8::1", "User-Name = anna", "Acct-Session-Id = 7"],
    ],
  ])("are, for %s and %j, the fewest that suffice", (vendor, more, attributes) => {
    const found = change({}, { state: "blocked" }, nas(vendor), { userName: "anna", ...more });
    expect(found.kind === "disconnect" && lines(found.attributes)).toEqual(attributes);
  });

  it.each<Partial<LiveSession>>([{}, { nasPortId: "ether3" }, { nasIdentifier: "bng-1" }])(
    "are never just a user: %j",
    (more) => {
      const message =
        'expected the session\'s id, address or calling station beside the user name; found "anna" alone: add one of them, or every session of the user would change';
      expect(() => change({}, { state: "blocked" }, nas("mikrotik"), { userName: "anna", ...more })).toThrow(
        expect.objectContaining({ code: "SESSION_INVALID", message }),
      );
    },
  );
});
