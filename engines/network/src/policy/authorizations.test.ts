import { describe, expect, it } from "vitest";
import { FramedRoute } from "../identities/framed-route.ts";
import { IPAddress } from "../ipam/addresses/ip-address.ts";
import { Prefix } from "../ipam/blocks/prefix.ts";
import { authorize } from "./authorize.ts";
import type { Garden, NasTerms } from "./nas-terms.ts";
import type { PolicyTerms } from "./terms/policy-terms.ts";
import type { Shaping } from "./terms/shaping.ts";
import { granted, lines, nas, noGarden, policy } from "./testing/samples.ts";
import { type VendorName, vendorNames } from "./vendors/vendors.ts";

const speed = { down: 50_000_000, up: 10_000_000 };
const pool = (name: string) => ({ kind: "pool", pool: name }) as const;
const garden = (terms: Partial<Garden>): Partial<NasTerms> => ({ garden: { ...noGarden, ...terms } });
const rates: Shaping = { kind: "rates" };
const policies: Shaping = { kind: "policies", up: "police-{upM}M", down: "shape-{downK}K" };
const services: Shaping = { kind: "services", services: ["INTERNET({up},{down})", "VOICE"] };
const profile: Shaping = { kind: "profile", profile: "res-{downM}m-{upM}m" };

describe("an accepted customer", () => {
  it.each<[VendorName, Shaping, Partial<PolicyTerms>, string[]]>([
    ["mikrotik", rates, {}, ["Mikrotik-Rate-Limit = 10M/50M"]],
    [
      "cisco",
      policies,
      {},
      ["Cisco-AVPair = ip:sub-qos-policy-in=police-10M", "Cisco-AVPair = ip:sub-qos-policy-out=shape-50000K"],
    ],
    [
      "cisco",
      services,
      {},
      ["Cisco-Account-Info = AINTERNET(10000000,50000000)", "Cisco-Account-Info = AVOICE"],
    ],
    [
      "juniper",
      policies,
      {},
      ["ERX-Ingress-Policy-Name = police-10M", "ERX-Egress-Policy-Name = shape-50000K"],
    ],
    [
      "juniper",
      services,
      {},
      ["ERX-Service-Activate:1 = INTERNET(10000000,50000000)", "ERX-Service-Activate:2 = VOICE"],
    ],
    [
      "huawei",
      rates,
      {},
      [
        "Huawei-Input-Average-Rate = 10000000",
        "Huawei-Input-Peak-Rate = 10000000",
        "Huawei-Output-Average-Rate = 50000000",
        "Huawei-Output-Peak-Rate = 50000000",
      ],
    ],
    [
      "huawei",
      rates,
      {
        burst: { speed: { down: 60_000_000, up: 20_000_000 }, threshold: speed, seconds: { down: 1, up: 1 } },
      },
      [
        "Huawei-Input-Average-Rate = 10000000",
        "Huawei-Input-Peak-Rate = 20000000",
        "Huawei-Output-Average-Rate = 50000000",
        "Huawei-Output-Peak-Rate = 60000000",
      ],
    ],
    ["huawei", profile, {}, ["Huawei-Qos-Profile-Name = res-50m-10m"]],
    ["wispr", rates, {}, ["WISPr-Bandwidth-Max-Up = 10000000", "WISPr-Bandwidth-Max-Down = 50000000"]],
    [
      "wispr",
      rates,
      { guaranteed: { down: 5, up: 4 } },
      [
        "WISPr-Bandwidth-Max-Up = 10000000",
        "WISPr-Bandwidth-Max-Down = 50000000",
        "WISPr-Bandwidth-Min-Up = 4",
        "WISPr-Bandwidth-Min-Down = 5",
      ],
    ],
    ...vendorNames.map((name) => [name, { kind: "none" }, {}, []] as [VendorName, Shaping, object, string[]]),
  ])("of %s shaped by %j, upload and download in their places", (vendor, shaping, terms, attributes) => {
    expect(granted({ speed, ...terms }, nas(vendor, { shaping }))).toEqual(attributes);
  });

  it.each<[VendorName, Shaping, string[]]>([
    ["mikrotik", rates, []],
    ["cisco", policies, []],
    ["cisco", services, ["Cisco-Account-Info = AVOICE"]],
    ["juniper", policies, []],
    ["juniper", services, ["ERX-Service-Activate:1 = VOICE"]],
    ["huawei", rates, []],
    ["huawei", profile, []],
    ["wispr", rates, []],
  ])("of %s without a speed has no limit", (vendor, shaping, attributes) => {
    expect(granted({}, nas(vendor, { shaping }))).toEqual(attributes);
  });

  it.each<[VendorName, string, string]>([
    ["mikrotik", "Framed-Pool = home", "Mikrotik-Delegated-IPv6-Pool = pd"],
    ["cisco", "Cisco-AVPair = ip:addr-pool=home", "Delegated-IPv6-Prefix-Pool = pd"],
    ["juniper", "Framed-Pool = home", "ERX-IPv6-Delegated-Pool-Name = pd"],
    ["huawei", "Framed-Pool = home", "Huawei-Delegated-IPv6-Prefix-Pool = pd"],
    ["wispr", "Framed-Pool = home", "Delegated-IPv6-Prefix-Pool = pd"],
  ])("of %s gets addresses from the NAS's pools", (vendor, ipv4, delegated) => {
    const terms = { ipv4: pool("home"), ipv6: pool("link"), delegated: pool("pd") };
    expect(granted(terms, nas(vendor))).toEqual([ipv4, "Framed-IPv6-Pool = link", delegated]);
  });

  it.each(vendorNames)("of %s gets its own addresses, routes and times", (vendor) => {
    const terms: Partial<PolicyTerms> = {
      ipv4: { kind: "fixed", address: IPAddress.parse("192.0.2.7") },
      ipv6: { kind: "fixed", prefix: Prefix.parse("2001:db8:0:7::/64") },
      delegated: { kind: "fixed", prefix: Prefix.parse("2001:db8:700::/56") },
      routes: ["198.51.100.0/24 0.0.0.0 1", "2001:db8:800::/48 :: 1"].map(FramedRoute.parse),
      sessionSeconds: 86_400,
      idleSeconds: 900,
      interimSeconds: 300,
    };
    expect(granted(terms, nas(vendor))).toEqual([
      "Framed-IP-Address = 192.0.2.7",
      "Framed-IPv6-Prefix = 2001:db8:0:7::/64",
      "Delegated-IPv6-Prefix = 2001:db8:700::/56",
      "Framed-Route = 198.51.100.0/24 0.0.0.0 1",
      "Framed-IPv6-Route = 2001:db8:800::/48 :: 1",
      "Session-Timeout = 86400",
      "Idle-Timeout = 900",
      "Acct-Interim-Interval = 300",
    ]);
  });

  it("is framed as PPP when it dials in", () => {
    expect(granted({ access: "ppp" }, nas("cisco"))).toEqual([
      "Service-Type = Framed-User",
      "Framed-Protocol = PPP",
    ]);
    expect(granted({ access: "hotspot" }, nas("cisco"))).toEqual([]);
  });

  it.each<[VendorName, Partial<PolicyTerms>, string[]]>([
    ["mikrotik", { filters: { up: "a", down: "b" } }, ["Filter-Id = a.in", "Filter-Id = b.out"]],
    ["mikrotik", { filters: { down: "b" } }, ["Filter-Id = b.out"]],
    ["cisco", { filters: { up: "a" } }, ["Filter-Id = a.in"]],
    [
      "juniper",
      { filters: { up: "a", down: "b" } },
      ["ERX-Ingress-Policy-Name = a", "ERX-Egress-Policy-Name = b"],
    ],
    ["huawei", { filters: { up: "a" } }, ["Filter-Id = a"]],
    ["huawei", { filters: { down: "b" } }, ["Filter-Id = b"]],
    ["wispr", { filters: { up: "a", down: "a" } }, ["Filter-Id = a"]],
    [
      "mikrotik",
      { addressLists: ["paid", "voip"] },
      ["Mikrotik-Address-List = paid", "Mikrotik-Address-List = voip"],
    ],
  ])("of %s is filtered by %j", (vendor, terms, attributes) => {
    expect(granted(terms, nas(vendor))).toEqual(attributes);
  });

  it.each<VendorName>(["huawei", "wispr"])("of %s cannot have two filters", (vendor) => {
    expect(() => granted({ filters: { up: "a", down: "b" } }, nas(vendor))).toThrow(
      "expected one filter for both directions, which is all that this vendor's Filter-Id can name; found a and b: write the same name twice, or one of them",
    );
  });

  it("of Juniper is filtered rather than shaped when only one policy is possible", () => {
    const on = nas("juniper", { shaping: policies });
    expect(granted({ speed, filters: { up: "wall" } }, on)).toEqual([
      "ERX-Ingress-Policy-Name = wall",
      "ERX-Egress-Policy-Name = shape-50000K",
    ]);
    expect(granted({ speed, filters: { down: "wall" } }, on)[1]).toBe("ERX-Egress-Policy-Name = wall");
  });
});

describe("a policy that a NAS cannot express", () => {
  const everything: Partial<PolicyTerms> = {
    speed,
    burst: { speed, threshold: speed, seconds: { down: 1, up: 1 } },
    guaranteed: speed,
    priority: 1,
    addressLists: ["paid"],
  };
  it.each<[VendorName, Shaping, string[]]>([
    ["mikrotik", rates, []],
    ["mikrotik", { kind: "none" }, ["speed", "burst", "guaranteed", "priority"]],
    ["cisco", policies, ["burst", "guaranteed", "priority", "addressLists"]],
    ["cisco", services, ["burst", "guaranteed", "priority", "addressLists"]],
    [
      "cisco",
      { kind: "services", services: ["GOLD"] },
      ["speed", "burst", "guaranteed", "priority", "addressLists"],
    ],
    ["cisco", { ...policies, up: "gold" }, ["speed", "burst", "guaranteed", "priority", "addressLists"]],
    ["cisco", { ...policies, down: "gold" }, ["speed", "burst", "guaranteed", "priority", "addressLists"]],
    ["juniper", policies, ["burst", "guaranteed", "priority", "addressLists"]],
    ["juniper", services, ["burst", "guaranteed", "priority", "addressLists"]],
    ["juniper", { ...policies, up: "gold" }, ["speed", "burst", "guaranteed", "priority", "addressLists"]],
    ["juniper", { ...policies, down: "gold" }, ["speed", "burst", "guaranteed", "priority", "addressLists"]],
    ["juniper", { kind: "none" }, ["speed", "burst", "guaranteed", "priority", "addressLists"]],
    ["huawei", rates, ["guaranteed", "priority", "addressLists"]],
    ["huawei", profile, ["burst", "guaranteed", "priority", "addressLists"]],
    [
      "huawei",
      { kind: "profile", profile: "gold" },
      ["speed", "burst", "guaranteed", "priority", "addressLists"],
    ],
    ["huawei", { kind: "none" }, ["speed", "burst", "guaranteed", "priority", "addressLists"]],
    ["wispr", rates, ["burst", "priority", "addressLists"]],
    ["wispr", { kind: "none" }, ["speed", "burst", "guaranteed", "priority", "addressLists"]],
  ])("is refused: %s shaped by %j", (vendor, shaping, unsupported) => {
    expect(authorize(policy(everything), nas(vendor, { shaping }))).toMatchObject({ unsupported });
    expect(authorize(policy(), nas(vendor, { shaping }))).toMatchObject({
      kind: "accept",
      unsupported: [],
    });
  });

  const [home, link] = [pool("home"), { kind: "fixed", prefix: Prefix.parse("2001:db8::/64") } as const];
  const routes = { four: "198.51.100.0/24 0.0.0.0 1", six: "2001:db8:800::/48 :: 1" };
  it.each<[Partial<PolicyTerms>, string[], string[]]>([
    [{ ipv4: home }, [], ["ipv4Pool"]],
    [{ ipv4: { kind: "fixed", address: IPAddress.parse("192.0.2.7") } }, [], []],
    [{ ipv6: link }, [], ["ipv6Prefix"]],
    [{ ipv6: home }, ["ipv6Pool"], ["ipv6Pool"]],
    [{ delegated: home }, [], ["delegated"]],
    [{ delegated: link }, [], ["delegated"]],
    [{ routes: [FramedRoute.parse(routes.four)] }, [], ["ipv4Routes"]],
    [{ routes: [FramedRoute.parse(routes.six)] }, ["ipv6Routes"], ["ipv6Routes"]],
    [
      { routes: [routes.six, routes.four].map(FramedRoute.parse) },
      ["ipv6Routes"],
      ["ipv4Routes", "ipv6Routes"],
    ],
  ])("is refused with addresses: %j", (terms, mikrotik, wispr) => {
    expect(authorize(policy(terms), nas("mikrotik"))).toMatchObject({ unsupported: mikrotik });
    expect(authorize(policy(terms), nas("wispr"))).toMatchObject({ unsupported: wispr });
    for (const vendor of ["cisco", "juniper", "huawei"] as const) {
      expect(authorize(policy(terms), nas(vendor))).toMatchObject({ unsupported: [] });
    }
  });

  it.each([{ up: "wall" }, { down: "wall" }])(
    "is refused with a Juniper's speed beside the filters %j",
    (filters) => {
      const on = nas("juniper", { shaping: policies });
      expect(authorize(policy({ speed, filters }), on)).toMatchObject({ unsupported: ["speed"] });
    },
  );

  it.each([
    ["huawei", "Huawei-Output-Average-Rate"],
    ["wispr", "WISPr-Bandwidth-Max-Down"],
  ] as const)("is refused when %s would send another speed", (vendor, name) => {
    const on = nas(vendor, { shaping: rates });
    expect(granted({ speed: { up: 1, down: 4_294_967_295 } }, on)).toContain(`${name} = 4294967295`);
    expect(() => granted({ speed: { up: 1, down: 4_294_967_296 } }, on)).toThrow(
      `expected at most 4294967295 bit/s for ${name}, which has 32 bits; found 4294967296 bit/s: shape by a profile or policy of the NAS instead`,
    );
  });

  it("is refused when a name would need a fraction", () => {
    expect(() =>
      granted({ speed: { up: 1_500_000, down: 1_000 } }, nas("cisco", { shaping: policies })),
    ).toThrow(
      'expected a speed of whole Mbit/s for "police-{upM}M"; found 1500000 bit/s: round the speed, or write a placeholder of a smaller unit',
    );
  });
});

describe("a blocked customer", () => {
  it.each(vendorNames)("of %s is rejected", (vendor) => {
    const answer = authorize(policy({ state: "blocked", speed }), nas(vendor));
    expect(answer.kind).toBe("reject");
    expect(lines(answer.attributes)).toEqual(["Reply-Message = This service is blocked."]);
  });
});

describe("a customer in the walled garden", () => {
  const walled: Partial<PolicyTerms> = { state: "walled-garden", speed, addressLists: ["paid"] };
  it.each<[string, VendorName, Partial<NasTerms>, string[]]>([
    ["an address list", "mikrotik", garden({ addressLists: ["unpaid"] }), ["Mikrotik-Address-List = unpaid"]],
    [
      "a filter and a page",
      "mikrotik",
      garden({ filters: { up: "garden" }, url: "https://pay.example/" }),
      ["Filter-Id = garden.in", "WISPr-Redirection-URL = https://pay.example/"],
    ],
    [
      "a filter of downloads",
      "mikrotik",
      garden({ filters: { down: "garden" } }),
      ["Filter-Id = garden.out"],
    ],
    [
      "a speed of its own",
      "mikrotik",
      { shaping: rates, ...garden({ filters: { up: "garden" }, speed: { down: 1_000_000, up: 256_000 } }) },
      ["Mikrotik-Rate-Limit = 256k/1M", "Filter-Id = garden.in"],
    ],
    [
      "the customer's speed",
      "mikrotik",
      { shaping: rates, ...garden({ pool: "wall" }) },
      ["Framed-Pool = wall", "Mikrotik-Rate-Limit = 10M/50M"],
    ],
    [
      "a service that redirects",
      "cisco",
      { shaping: services, ...garden({ services: ["L4REDIRECT"] }) },
      ["Cisco-Account-Info = AL4REDIRECT"],
    ],
    [
      "a filter, its services as they are",
      "cisco",
      { shaping: services, ...garden({ filters: { up: "GARDEN" } }) },
      [
        "Cisco-Account-Info = AINTERNET(10000000,50000000)",
        "Cisco-Account-Info = AVOICE",
        "Filter-Id = GARDEN.in",
      ],
    ],
    [
      "a service with the page",
      "juniper",
      garden({ services: ["redirect({url})"], url: "https://pay.example/" }),
      ["ERX-Service-Activate:1 = redirect(https://pay.example/)"],
    ],
    [
      "a filter and a page",
      "huawei",
      garden({ filters: { up: "garden" }, url: "https://pay.example/" }),
      ["Filter-Id = garden", "Huawei-HTTP-Redirect-URL = https://pay.example/"],
    ],
    [
      "a filter and a page",
      "wispr",
      garden({ filters: { up: "garden" }, url: "https://pay.example/" }),
      ["Filter-Id = garden", "WISPr-Redirection-URL = https://pay.example/"],
    ],
  ])("has %s on %s", (_, vendor, terms, attributes) => {
    expect(granted(walled, nas(vendor, terms))).toEqual(attributes);
  });

  it("keeps burst, guaranteed speed and priority unless the garden is slower", () => {
    const terms: Partial<PolicyTerms> = { ...walled, guaranteed: speed, priority: 2 };
    const on = (more: Partial<Garden>) =>
      nas("mikrotik", { shaping: rates, ...garden({ filters: { up: "g" }, ...more }) });
    expect(granted(terms, on({}))[0]).toBe("Mikrotik-Rate-Limit = 10M/50M 0/0 0/0 0/0 2 10M/50M");
    expect(granted(terms, on({ speed: { down: 1, up: 1 } }))[0]).toBe("Mikrotik-Rate-Limit = 1/1");
    const burst = { ...walled, burst: { speed, threshold: speed, seconds: { down: 1, up: 1 } } };
    expect(granted(burst, on({ speed: { down: 1, up: 1 } }))[0]).toBe("Mikrotik-Rate-Limit = 1/1");
  });

  it("keeps its filter of the other direction", () => {
    const on = nas("mikrotik", garden({ filters: { up: "garden" } }));
    expect(granted({ state: "walled-garden", filters: { up: "a", down: "b" } }, on)).toEqual([
      "Filter-Id = garden.in",
      "Filter-Id = b.out",
    ]);
  });

  it("gets no addresses of its own beside a pool of private addresses", () => {
    const terms: Partial<PolicyTerms> = {
      state: "walled-garden",
      ipv4: { kind: "fixed", address: IPAddress.parse("192.0.2.7") },
      ipv6: pool("link"),
      delegated: pool("pd"),
      routes: [FramedRoute.parse("198.51.100.0/24 0.0.0.0 1")],
      idleSeconds: 60,
    };
    expect(granted(terms, nas("mikrotik", garden({ pool: "wall" })))).toEqual([
      "Framed-Pool = wall",
      "Idle-Timeout = 60",
    ]);
    expect(granted(terms, nas("mikrotik", garden({ addressLists: ["unpaid"] })))).toHaveLength(6);
  });

  it.each<[VendorName, Partial<Garden>]>([
    ["mikrotik", {}],
    ["mikrotik", { url: "https://pay.example/", speed: { down: 1, up: 1 } }],
    ["cisco", {}],
  ])("is refused when the garden of %s does not restrict traffic: %j", (vendor, terms) => {
    expect(() => granted(walled, nas(vendor, garden(terms)))).toThrow(
      `expected a garden with filters, address lists, services or a pool for a service in the walled garden; found none on this NAS of ${vendor}: describe it in the NAS profile; without one the customer would have full service`,
    );
    expect(granted({ idleSeconds: 5 }, nas(vendor, garden(terms)))).toEqual(["Idle-Timeout = 5"]);
  });
});

describe("a service of the garden", () => {
  it.each([
    ["redirect({url})", "{url}"],
    ["slow{upK}", "a speed"],
  ])("named %s is refused without %s, because the garden would have a gap", (service) => {
    const on = nas("juniper", garden({ services: ["other", service] }));
    expect(() => granted({ state: "walled-garden" }, on)).toThrow(
      `expected all that the names of the garden's services are made from; found nothing for "${service}": write the garden's url, or its speed`,
    );
    const whole = nas(
      "juniper",
      garden({ services: [service, "{url}"], url: "x", speed: { down: 1_000, up: 2_000 } }),
    );
    expect(granted({ state: "walled-garden" }, whole)).toHaveLength(2);
  });
});

describe("the profile of a NAS", () => {
  it.each<[VendorName, Partial<NasTerms>, string]>([
    [
      "mikrotik",
      { shaping: services },
      "expected shaping by none, rates for mikrotik; found services: write one of them",
    ],
    ["mikrotik", { shaping: policies }, "found policies"],
    ["mikrotik", { shaping: profile }, "found profile"],
    ["cisco", { shaping: rates }, "expected shaping by none, policies, services for cisco; found rates"],
    ["juniper", { shaping: profile }, "expected shaping by none, policies, services for juniper"],
    ["huawei", { shaping: services }, "expected shaping by none, rates, profile for huawei"],
    ["wispr", { shaping: profile }, "expected shaping by none, rates for wispr"],
    [
      "mikrotik",
      garden({ services: ["x"] }),
      "expected a garden of filters, pool, speed, addressLists, url for mikrotik; found services: leave it out, or write {url} in a service",
    ],
    [
      "cisco",
      garden({ addressLists: ["x"] }),
      "expected a garden of filters, pool, speed, services for cisco; found addressLists",
    ],
    ["cisco", garden({ url: "https://pay.example/", services: ["x"] }), "found url"],
    ["juniper", garden({ url: "https://pay.example/" }), "found url"],
    [
      "huawei",
      garden({ addressLists: ["x"] }),
      "expected a garden of filters, pool, speed, url for huawei; found addressLists",
    ],
    ["wispr", garden({ services: ["x"] }), "for wispr; found services"],
    ["mikrotik", garden({ addressLists: ["a b"] }), "for an address list"],
    ["mikrotik", garden({ filters: { up: "" } }), "for a filter"],
    ["mikrotik", garden({ filters: { down: "" } }), "for a filter"],
    ["mikrotik", garden({ pool: "" }), "for the garden's pool"],
    ["mikrotik", garden({ url: "a b" }), "for the garden's URL"],
    ["mikrotik", garden({ speed: { down: 0, up: 0 } }), "as the garden's speed"],
    ["cisco", { shaping: { ...policies, up: "" } }, "for a policy, profile or service"],
    ["cisco", { shaping: { ...policies, down: "ä" } }, "for a policy, profile or service"],
    ["cisco", { shaping: { kind: "services", services: ["ok", "\t"] } }, "for a policy, profile or service"],
    ["huawei", { shaping: { kind: "profile", profile: "\n" } }, "for a policy, profile or service"],
    ["cisco", garden({ services: ["\n"] }), "for a policy, profile or service"],
    [
      "cisco",
      garden({ services: ["x{rate}"] }),
      'expected placeholders {down}, {up}, {downK}, {upK}, {downM}, {upM} or {url}; found {rate} in "x{rate}": write one of them',
    ],
    ["cisco", { shaping: { ...policies, up: "{}" } }, 'found {} in "{}"'],
    ["cisco", { shaping: { ...policies, up: "{downG}" } }, "found {downG}"],
    ["cisco", { shaping: { ...policies, up: "{xdown}" } }, "found {xdown}"],
  ])("of %s may not have %j", (vendor, terms, message) => {
    expect(() => nas(vendor, terms)).toThrow(expect.objectContaining({ code: "POLICY_INVALID" }));
    expect(() => nas(vendor, terms)).toThrow(message);
  });

  it("may send a page by the services that shape", () => {
    const shaping: Shaping = { kind: "services", services: ["all({url})"] };
    const on = nas("juniper", {
      shaping,
      ...garden({ url: "https://pay.example/", filters: { up: "wall" } }),
    });
    expect(granted({ state: "walled-garden" }, on)).toContain(
      "ERX-Service-Activate:1 = all(https://pay.example/)",
    );
    expect(granted({}, on)).toEqual([]);
  });
});
