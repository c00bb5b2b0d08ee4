import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Refusal } from "../request/refusal.ts";
import { type NameServer, startNameServer } from "../testing/name-server.ts";
import { internetOnly } from "./address-rule.ts";
import { resolveTarget, systemResolver } from "./resolve-target.ts";

const rule = internetOnly({ clusterRanges: [], standsForInternet: [] });
let names: NameServer;

beforeAll(async () => {
  names = await startNameServer({
    "both.example.com": ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"],
    "four.example.com": ["93.184.215.14", "93.184.215.15"],
    "six.example.com": ["2a00:1450::1"],
    "inside.example.com": ["10.96.0.1"],
    "mixed.example.com": ["93.184.215.14", "169.254.169.254"],
    "mapped.example.com": ["93.184.215.14", "::ffff:a00:1"],
    "empty.example.com": [],
    "broken.example.com": "SERVFAIL",
    "silent.example.com": "silence",
  });
});
afterAll(() => names[Symbol.asyncDispose]());

/** Only the silent name is given up soon. The others are answered, however busy the machine is. */
const resolved = (host: string) => {
  const timeout = host.startsWith("silent") ? 50 : 10_000;
  return resolveTarget(host, {
    resolve: systemResolver({ servers: [names.server], timeout, tries: 2 }),
    rule,
  });
};

describe("the addresses of a host", () => {
  it.each([
    ["both.example.com", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"]],
    ["four.example.com", ["93.184.215.14", "93.184.215.15"]],
    ["six.example.com", ["2a00:1450::1"]],
    ["93.184.215.14", ["93.184.215.14"]],
    ["2a00:1450::1", ["2a00:1450::1"]],
  ])("are all addresses in DNS: %s", async (host, addresses) => {
    expect(await resolved(host)).toEqual(addresses);
  });

  it.each([
    ["inside.example.com", "inside.example.com resolves to 10.96.0.1, which is in 10.0.0.0/8"],
    ["mixed.example.com", "resolves to 169.254.169.254, which is in 169.254.0.0/16"],
    ["mapped.example.com", "is in 10.0.0.0/8"],
    ["10.96.0.1", "10.96.0.1 is in 10.0.0.0/8"],
    ["fd00::1", "fd00::1 is in no range of the internet"],
  ])("are refused as a whole when one of them is not on the internet: %s", async (host, words) => {
    expect(await resolved(host)).toMatchObject({
      reason: "forbidden-address",
      message: expect.stringContaining(words),
    });
  });

  it.each([
    ["nowhere.example.com", "there is no host nowhere.example.com in DNS"],
    ["empty.example.com", "there is no host empty.example.com in DNS"],
    ["broken.example.com", "ESERVFAIL broken.example.com): try again shortly"],
    ["silent.example.com", "ETIMEOUT silent.example.com): try again shortly"],
  ])("may be unknown, and the refusal gives the reason: %s", async (host, words) => {
    const found = await resolved(host);
    expect(found).toBeInstanceOf(Refusal);
    expect(found).toMatchObject({ reason: "unresolved", message: expect.stringContaining(words) });
  });

  it("are queried one at a time, without the cluster's suffixes", async () => {
    const before = names.questions.length;
    await resolved("four.example.com");
    await resolved("postgres.dotmac-system");
    expect(names.questions.slice(before)).toEqual([
      "A four.example.com",
      "AAAA four.example.com",
      "A postgres.dotmac-system",
      "AAAA postgres.dotmac-system",
    ]);
  });
});
