import { describe, expect, it } from "vitest";
import { IPAddress } from "../ipam/addresses/ip-address.ts";
import { Prefix } from "../ipam/blocks/prefix.ts";
import type { PolicyTerms } from "./terms/policy-terms.ts";
import { policy } from "./testing/samples.ts";

const both = (rate: number) => ({ down: rate, up: rate });
const fixed = (address: string) => ({ kind: "fixed", address: IPAddress.parse(address) }) as const;
const prefix = (text: string) => ({ kind: "fixed", prefix: Prefix.parse(text) }) as const;
const pool = (name: string) => ({ kind: "pool", pool: name }) as const;
const speed = { down: 100, up: 50 };
const burst = {
  speed: { down: 200, up: 60 },
  threshold: { down: 200, up: 60 },
  seconds: { down: 3_600, up: 1 },
};

describe("a policy", () => {
  it.each<[string, Partial<PolicyTerms>]>([
    ["nothing at all", {}],
    ["the slowest speed", { speed: both(1) }],
    ["the fastest speed", { speed: both(1_000_000_000_000) }],
    ["a burst of just its speed", { speed, burst: { ...burst, speed, threshold: speed } }],
    ["a burst", { speed, burst }],
    ["a limit of one direction", { speed: { down: 0, up: 50 } }],
    [
      "a burst of the direction that has a limit",
      {
        speed: { down: 0, up: 50 },
        burst: { speed: { down: 0, up: 60 }, threshold: { down: 0, up: 60 }, seconds: { down: 0, up: 1 } },
      },
    ],
    ["a rank without a limit", { speed: both(0), priority: 3 }],
    ["a guarantee without a limit", { speed: both(0), guaranteed: speed }],
    ["a guarantee of one direction", { speed, guaranteed: { down: 0, up: 1 } }],
    ["its whole speed guaranteed", { speed, guaranteed: speed }],
    ["the first priority", { speed, priority: 1 }],
    ["the last priority", { speed, priority: 8 }],
    ["an address next to reserved ones", { ipv4: fixed("126.255.255.255") }],
    ["the first address after a reserved block", { ipv4: fixed("1.0.0.0") }],
    ["the last address before multicast", { ipv4: fixed("223.255.255.255") }],
    ["pools", { ipv4: pool("a"), ipv6: pool("b"), delegated: pool("c") }],
    ["prefixes", { ipv6: prefix("2001:db8::/64"), delegated: prefix("2001:db8:1::/56") }],
    ["the shortest times", { sessionSeconds: 1, idleSeconds: 1, interimSeconds: 60 }],
    [
      "the longest times",
      { sessionSeconds: 0xffffffff, idleSeconds: 0xffffffff, interimSeconds: 0xffffffff },
    ],
    ["names of any ASCII", { addressLists: ["!~"], filters: { up: "x".repeat(200), down: "y" } }],
  ])("may have %s", (_, terms) => {
    expect(policy(terms).terms).toMatchObject(terms);
  });

  it.each<[Partial<PolicyTerms>, string]>([
    [
      { burst },
      "expected a speed beside burst, guaranteed speed and priority; found none: write the speed too",
    ],
    [{ guaranteed: speed }, "expected a speed beside"],
    [{ priority: 1 }, "expected a speed beside"],
    [
      { speed: { down: -1, up: 1 } },
      "expected whole bits per second from 0 to 1000000000000 as speed; found down -1, up 1: write 100 Mbit/s as 100000000, and 0 for none in that direction",
    ],
    [{ speed: { down: 1, up: -1 } }, "found down 1, up -1"],
    [
      { speed: both(0) },
      "expected a limit in one direction at least as speed; found down 0, up 0, which is no limit: leave it out, or write the speed of a direction",
    ],
    [{ speed, burst: { ...burst, speed: both(0) } }, "in one direction at least as burst speed"],
    [
      { speed, burst: { ...burst, speed: { down: 200, up: 0 }, threshold: { down: 200, up: 0 } } },
      "expected a threshold and seconds of 0 where there is no burst up; found a threshold of 0 over 1 seconds: write 0 for both, or the burst speed up",
    ],
    [
      { speed, burst: { ...burst, speed: { down: 200, up: 0 }, seconds: { down: 1, up: 0 } } },
      "found a threshold of 60 over 0 seconds",
    ],
    [
      { speed: { down: 0, up: 50 }, burst },
      "expected no burst down, where there is no limit; found a burst speed of 200: write 0 as its speed, threshold and seconds down, or a speed down",
    ],
    [{ speed: { down: 1.5, up: 1 } }, "found down 1.5, up 1"],
    [{ speed: { down: 1_000_000_000_001, up: 1 } }, "expected whole bits per second"],
    [
      { speed, burst: { ...burst, speed: { down: 99, up: 60 } } },
      "expected the speed of at most the burst speed, down 99 and up 60; found down 100, up 50: lower the speed or raise the burst speed",
    ],
    [
      { speed, burst: { ...burst, speed: { down: 200, up: 49 } } },
      "expected the speed of at most the burst speed",
    ],
    [{ speed, burst: { ...burst, speed: { down: 200.5, up: 60 } } }, "as burst speed; found"],
    [
      { speed, burst: { ...burst, threshold: { down: 0, up: 60 } } },
      "expected a burst threshold down, of at least 1 bit/s; found 0: write the average below which the burst goes on",
    ],
    [{ speed, burst: { ...burst, threshold: { down: -1, up: 60 } } }, "as burst threshold; found"],
    [
      { speed, burst: { ...burst, threshold: { down: 201, up: 60 } } },
      "expected the burst threshold of at most the burst speed, down 200 and up 60; found down 201, up 60",
    ],
    [
      { speed, burst: { ...burst, seconds: { down: 0, up: 1 } } },
      "expected a burst averaged over 1 to 3600 whole seconds; found down 0, up 1: write one of them for each direction",
    ],
    [{ speed, burst: { ...burst, seconds: { down: 1, up: 3_601 } } }, "found down 1, up 3601"],
    [{ speed, burst: { ...burst, seconds: { down: 1, up: 1.5 } } }, "found down 1, up 1.5"],
    [{ speed, guaranteed: { down: -1, up: 1 } }, "as guaranteed speed; found down -1, up 1"],
    [
      { speed, guaranteed: { down: 100, up: 51 } },
      "expected the guaranteed speed of at most the speed, down 100 and up 50; found down 100, up 51",
    ],
    [{ speed, priority: 0 }, "expected a priority from 1, served first, to 8; found 0: write one of them"],
    [{ speed, priority: 9 }, "found 9"],
    [{ speed, priority: 1.5 }, "found 1.5"],
    [
      { ipv4: fixed("0.0.0.1") },
      "expected an IPv4 address that a host can have, outside 0.0.0.0/8, 127.0.0.0/8, 224.0.0.0/3; found 0.0.0.1: write the customer's own address",
    ],
    [{ ipv4: fixed("127.0.0.1") }, "found 127.0.0.1"],
    [{ ipv4: fixed("255.255.255.254") }, "found 255.255.255.254"],
    [{ ipv4: fixed("2001:db8::1") }, "found 2001:db8::1"],
    [
      { ipv4: pool("") },
      'expected a name of 1 to 200 ASCII characters without spaces for the IPv4 pool; found "": write the name as it is configured on the NAS',
    ],
    [{ ipv6: pool("a b") }, 'for the pool of the link\'s IPv6 prefix; found "a b"'],
    [{ delegated: pool("é") }, 'for the pool of the delegated prefix; found "é"'],
    [
      { ipv6: prefix("192.0.2.0/24") },
      "expected an IPv6 prefix as the link's IPv6 prefix; found 192.0.2.0/24: write one such as 2001:db8:1::/56",
    ],
    [{ delegated: prefix("192.0.2.0/24") }, "as the delegated prefix; found 192.0.2.0/24"],
    [
      { sessionSeconds: 0 },
      "expected the session time in whole seconds from 1 to 4294967295; found 0: write one of them, or leave it out",
    ],
    [{ sessionSeconds: 0x100000000 }, "found 4294967296"],
    [{ idleSeconds: 0.5 }, "expected the idle time in whole seconds from 1 to 4294967295; found 0.5"],
    [
      { interimSeconds: 59 },
      "expected the interim interval in whole seconds from 60 to 4294967295; found 59",
    ],
    [{ addressLists: ["ok", "x".repeat(201)] }, "for an address list; found"],
    [{ filters: { up: "a\n" } }, 'for a filter; found "a\\n"'],
    [{ filters: { down: " " } }, 'for a filter; found " "'],
  ])("may not have %j", (terms, message) => {
    expect(() => policy(terms)).toThrow(expect.objectContaining({ code: "POLICY_INVALID" }));
    expect(() => policy(terms)).toThrow(message);
  });
});
