import { describe, expect, it } from "vitest";
import { run as runOf } from "../../../../base/cli/testing/run.ts";
import { network } from "../../program.ts";

const run = (name: string, input: unknown) => runOf(network, name, input);

describe("network reverse", () => {
  it.each([
    [{}, "none"],
    [{ prefix: "192.0.2.0/24", address: "192.0.2.1" }, "prefix and address"],
    [{ address: "192.0.2.1", name: "in-addr.arpa" }, "address and name"],
  ])("requires exactly one field, not %j", (input, found) => {
    expect(run("reverse", input).faults).toEqual([
      `: expected one of prefix, address and name; found ${found}: write one of them`,
    ]);
  });

  it("writes the hyphen when the input asks for it", () => {
    const { zones } = run("reverse", { prefix: "192.0.2.0/25", mark: "-" });
    expect(zones[0].name).toBe("0-25.2.0.192.in-addr.arpa");
    expect(zones[0].aliases).toHaveLength(128);
  });

  it("prints the prefix of a zone's name, and also the address of an address's name", () => {
    expect(run("reverse", { name: "8.B.D.0.1.0.0.2.ip6.arpa." })).toEqual({ prefix: "2001:db8::/32" });
    expect(run("reverse", { name: "7.2.0.192.in-addr.arpa" })).toEqual({
      prefix: "192.0.2.7/32",
      address: "192.0.2.7",
    });
  });

  it("shows an example of a name at its path", () => {
    expect(run("reverse", { name: "7.2.0.192.example.net" }).faults[0]).toMatch(
      /^name: expected a name such as "7\.2\.0\.192\.in-addr\.arpa".+; found "7\.2\.0\.192\.example\.net": write/,
    );
  });
});

describe("network plan", () => {
  it("reports each fault at its path, also in groups", () => {
    const pool = { kind: "pool", name: "p", count: 0 };
    const { faults } = run("plan", {
      block: "10.0.0.1/8",
      parts: [{ kind: "group", name: "site", parts: [pool, { kind: "office", name: "x" }] }],
    });
    expect(faults).toHaveLength(3);
    expect(faults[0]).toMatch(/^block: expected no bits set after the first 8; found 10\.0\.0\.1\/8/);
    expect(faults[1]).toMatch(/^parts\[0\]\.parts\[0\]\.count: expected a whole number from 1 to/);
    expect(faults[2]).toMatch(/^parts\[0\]\.parts\[1\]/);
    expect(faults[2]).toContain("kind is one of group, delegations, pool, subnet, prefix");
  });

  it("refuses the whole plan when one part has no room", () => {
    const part = (name: string) => ({ kind: "pool", name, count: 100 });
    const input = { block: "198.51.100.0/24", taken: ["198.51.100.16/28"], parts: [part("a"), part("b")] };
    expect(run("plan", input).faults).toEqual([
      "parts[1]: b: expected a free /25 in 198.51.100.0/24; found 3 free prefixes, of which 198.51.100.64/26 is the largest: take a larger block, or ask for less or less growth",
    ]);
  });

  it("refuses taken prefixes outside of the block", () => {
    const input = { block: "198.51.100.0/24", taken: ["192.0.2.0/28"], parts: [] };
    expect(run("plan", input).faults).toEqual([
      expect.stringContaining("expected a child within 198.51.100.0/24; found 192.0.2.0/28"),
    ]);
  });
});

describe("network cgnat", () => {
  it("accepts prefixes, ranges and single addresses, and refuses other texts", () => {
    const inside = ["100.64.0.0/31", "100.64.0.2-100.64.0.3", "100.64.0.4"];
    expect(run("cgnat", { inside, outside: ["192.0.2.1"] })).toMatchObject({
      insideAddresses: 5,
      subscribersPerAddress: 5,
    });
    expect(run("cgnat", { inside: ["100.64.0"], outside: ["192.0.2.1"] }).faults).toEqual([
      expect.stringMatching(/^inside\[0\]: /),
    ]);
  });

  it("refuses a plan without enough ports, and says how many would suffice", () => {
    const input = { inside: ["10.0.0.0/24"], outside: ["192.0.2.0/30"], portsPerSubscriber: 2000 };
    expect(run("cgnat", input).faults).toEqual([
      "outside: expected room for 256 subscribers of 2000 ports each; found 4 outside addresses of 64512 ports: write at most 1008 ports each, or 8 outside addresses",
    ]);
  });
});
