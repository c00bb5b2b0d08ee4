import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { internetOnly, isForDocumentation } from "./address-rule.ts";

const rule = internetOnly({ clusterRanges: [], standsForInternet: [] });

describe("the proxy's rule for addresses", () => {
  it.each([
    ["0.0.0.0", "0.0.0.0/8"],
    ["0.255.255.255", "0.0.0.0/8"],
    ["10.0.0.0", "10.0.0.0/8"],
    ["10.255.255.255", "10.0.0.0/8"],
    ["100.64.0.0", "100.64.0.0/10"],
    ["100.100.100.200", "100.64.0.0/10"],
    ["100.127.255.255", "100.64.0.0/10"],
    ["127.0.0.1", "127.0.0.0/8"],
    ["127.255.255.254", "127.0.0.0/8"],
    ["168.63.129.16", "168.63.129.16/32"],
    ["169.254.169.254", "169.254.0.0/16"],
    ["172.16.0.0", "172.16.0.0/12"],
    ["172.31.255.255", "172.16.0.0/12"],
    ["192.0.0.192", "192.0.0.0/24"],
    ["192.0.2.1", "192.0.2.0/24"],
    ["192.88.99.1", "192.88.99.0/24"],
    ["192.168.0.1", "192.168.0.0/16"],
    ["198.18.0.1", "198.18.0.0/15"],
    ["198.19.255.255", "198.18.0.0/15"],
    ["198.51.100.7", "198.51.100.0/24"],
    ["203.0.113.10", "203.0.113.0/24"],
    ["224.0.0.251", "224.0.0.0/4"],
    ["239.255.255.255", "224.0.0.0/4"],
    ["240.0.0.1", "240.0.0.0/4"],
    ["255.255.255.255", "240.0.0.0/4"],
    ["2001:0:53aa:64c::1", "2001::/23"],
    ["2001:1ff:ffff::1", "2001::/23"],
    ["2001:db8::1", "2001:db8::/32"],
    ["2002:a00:1::", "2002::/16"],
    ["3fff:fff::1", "3fff::/20"],
    ["::ffff:10.0.0.1", "10.0.0.0/8"],
    ["::ffff:a9fe:a9fe", "169.254.0.0/16"],
  ])("refuses %s as part of %s", (address, range) => {
    expect(rule(address)).toMatch(new RegExp(`^${range.replaceAll(".", "\\.")} \\(`));
  });

  it.each([
    "::",
    "::1",
    "::ffff:93.184.215.14",
    "::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::a00:1",
    "100::1",
    "1fff:ffff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
  ])("refuses %s, which is no address of the internet", (address) => {
    expect(rule(address)).toMatch("2000::/3");
  });

  it.each([
    "1.0.0.0",
    "9.255.255.255",
    "11.0.0.0",
    "93.184.215.14",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "168.63.129.15",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "203.0.112.255",
    "203.0.114.0",
    "223.255.255.255",
    "2000::",
    "2001:200::1",
    "2001:db7:ffff::1",
    "2001:db9::1",
    "2003::1",
    "2a00:1450:4007::200e",
    "3ffe:ffff::1",
    "3fff:1000::1",
  ])("allows %s", (address) => {
    expect(rule(address)).toBeUndefined();
  });

  it("refuses each range that a Tenant's schema refuses", () => {
    const schema = readFileSync(new URL("../../../../crds/tenant.yaml", import.meta.url), "utf8");
    const listed = schema.slice(schema.indexOf("['0.0.0.0/8'"), schema.indexOf(".exists(range"));
    const ranges = [...listed.matchAll(/'([\d.]+)\/\d+'/g)].map(([, first = ""]) => first);
    expect(ranges.length).toBeGreaterThanOrEqual(10);
    expect(ranges.filter((first) => rule(first) === undefined)).toEqual([]);
  });

  it("refuses the cluster's own addresses, even where documentation ranges replace the internet", () => {
    const own = internetOnly({
      clusterRanges: ["203.0.113.128/25", "2a00:1450::/32"],
      standsForInternet: ["203.0.113.0/24"],
    });
    expect(own("203.0.113.10")).toBeUndefined();
    expect(own("203.0.113.200")).toBe("203.0.113.128/25 (the cluster's own)");
    expect(own("2a00:1450::1")).toBe("2a00:1450::/32 (the cluster's own)");
    expect(own("198.51.100.1")).toMatch("198.51.100.0/24");
  });

  it("does not accept malformed addresses", () => {
    expect(() => rule("example.com")).toThrow('expected an IP address, found "example.com"');
    expect(() => rule("127.1")).toThrow(TypeError);
  });

  it.each([
    ["203.0.113.0/24", true],
    ["203.0.113.10/32", true],
    ["203.0.112.0/23", false],
    ["10.0.0.0/8", false],
    ["0.0.0.0/0", false],
    ["2001:db8:1::/48", true],
    ["2001:db8::/31", false],
  ])("knows whether %s is a documentation range", (cidr, expected) => {
    expect(isForDocumentation(cidr)).toBe(expected);
  });
});
