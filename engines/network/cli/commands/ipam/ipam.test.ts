import { describe, expect, it } from "vitest";
import { refusalCode } from "../../../../base/cli/refusal-code.ts";
import { runCommand } from "../../../../base/cli/run-command.ts";
import { run } from "../../../../base/cli/testing/run.ts";
import { network } from "../../program.ts";

describe("network free, next and usable", () => {
  it("report each wrong child at its place", () => {
    const children = ["192.0.2.9/24", "192.0.2.1", "198.51.100.0/24", "192.0.2.250-192.0.3.9"];
    const { faults } = run(network, "free", { parent: "192.0.2.0/24", children });
    expect(faults).toEqual([
      expect.stringMatching(/^children\[0\]: .*write "192\.0\.2\.0\/24" for the prefix/),
    ]);
    const inside = run(network, "next", {
      parent: "192.0.2.0/24",
      children: children.slice(1),
      want: { kind: "address" },
    });
    expect(inside.faults).toEqual([
      "children[1]: expected a child within 192.0.2.0/24; found 198.51.100.0/24: leave it out, or cut it at the parent's edge",
      "children[2]: expected a child within 192.0.2.0/24; found 192.0.2.250-192.0.3.9: leave it out, or cut it at the parent's edge",
    ]);
  });

  it("refuse a request that is not free as a whole", () => {
    const next = (want: object) =>
      run(network, "next", { parent: "192.0.2.0/24", children: ["192.0.2.0/26"], want }).faults;
    expect(next({ kind: "prefix", length: 26, count: 4 })).toEqual([
      "want.count: expected 4 free /26 in 192.0.2.0/24; found 3: ask for fewer or smaller ones, or elsewhere",
    ]);
    expect(next({ kind: "prefix", length: 23 })).toEqual([
      "want.length: expected a prefix length of IPv4 from 24 to 32; found 23: write one of them",
    ]);
    expect(next({ kind: "prefix", length: 26, pool: true })).toEqual([
      expect.stringMatching(/^want: expected no other fields; found \["pool"\]/),
    ]);
  });

  it("count the taken addresses of the requested VRF, and name it", () => {
    const vrfs = [
      { name: "red", children: ["10.0.0.0/25"] },
      { name: "blue", children: ["10.0.0.0/26", "10.0.0.128/25"] },
      { name: "empty" },
    ];
    const given = { parent: "10.0.0.0/24", children: ["10.0.0.0/24"], vrfs };
    const free = (vrf?: string) => {
      const { vrf: answered, prefixes } = run(network, "free", { ...given, vrf });
      return [answered, prefixes];
    };
    expect(free()).toEqual([undefined, []]);
    expect(free("red")).toEqual(["red", ["10.0.0.128/25"]]);
    expect(free("blue")).toEqual(["blue", ["10.0.0.64/26"]]);
    expect(free("empty")).toEqual(["empty", ["10.0.0.0/24"]]);
    const want = { kind: "prefix", length: 26 };
    expect(run(network, "next", { ...given, vrf: "blue", want })).toEqual({
      parent: "10.0.0.0/24",
      vrf: "blue",
      next: ["10.0.0.64/26"],
      left: 0,
    });
  });

  it("refuse an unknown VRF, a repeated VRF, and addresses outside of the parent", () => {
    const vrfs = [{ name: "red" }, { name: "blue", children: ["192.0.2.0/25"] }];
    const faults = (more: object) => run(network, "free", { parent: "10.0.0.0/24", vrfs, ...more }).faults;
    expect(faults({ vrf: "rde" })).toEqual([
      'vrf: expected a VRF that vrfs names, here red, blue; found "rde": write one of them, or an entry for it in vrfs',
    ]);
    expect(faults({ vrf: "red", vrfs: [] })).toEqual([
      'vrf: expected a VRF that vrfs names, here no VRF; found "red": write one of them, or an entry for it in vrfs',
    ]);
    expect(faults({ vrfs: [...vrfs, { name: "red" }] })).toEqual([
      'vrfs[2].name: expected each VRF once; found "red" in vrfs[0] too: put the children of both in one',
    ]);
    expect(faults({ vrf: "red" })).toBeUndefined();
    expect(faults({ vrf: "blue" })).toEqual([
      expect.stringMatching(/^vrfs\[1\]\.children\[0\]: expected a child within 10\.0\.0\.0\/24/),
    ]);
  });

  it("use all addresses of a pool", () => {
    const pool = { parent: "192.0.2.0/30", pool: true };
    expect(run(network, "free", pool).usable).toEqual({ total: 4, used: 0, free: 4, percent: "0.00" });
    const want = { kind: "address", count: 4, pool: true };
    expect(run(network, "next", { parent: "192.0.2.0/30", want })).toEqual({
      parent: "192.0.2.0/30",
      next: ["192.0.2.0", "192.0.2.1", "192.0.2.2", "192.0.2.3"],
      left: 0,
    });
    expect(run(network, "usable", { prefix: "192.0.2.0/30", pool: true })).toMatchObject({ usable: 4 });
  });

  it("count beyond the range of a JSON number", () => {
    expect(run(network, "usable", { prefix: "2001:db8::/64" }).usable).toBe("18446744073709551615");
    expect(run(network, "free", { parent: "::/0" }).addresses.total).toBe((2n ** 128n).toString());
  });
});

describe("a space without room", () => {
  const codeOf = (name: string, input: object) => {
    const command = network.commands.find((one) => one.name === name);
    if (command === undefined) throw new Error(`no command ${name}`);
    return refusalCode(network, runCommand(command, JSON.stringify(input)));
  };
  const full = { parent: "192.0.2.0/30", children: ["192.0.2.0/30"] };

  it("has an error code of its own, because the input is correct", () => {
    expect(codeOf("next", { ...full, want: { kind: "address" } })).toBe("SPACE_EXHAUSTED");
    expect(codeOf("next", { ...full, want: { kind: "prefix", length: 32 } })).toBe("SPACE_EXHAUSTED");
    const parts = [
      { kind: "prefix", name: "a", length: 24 },
      { kind: "prefix", name: "b", length: 24 },
    ];
    expect(codeOf("plan", { block: "192.0.2.0/24", parts })).toBe("SPACE_EXHAUSTED");
  });

  it("has another error code than wrong input", () => {
    expect(codeOf("next", { ...full, want: { kind: "prefix", length: 8 } })).toBe("INVALID_INPUT");
    expect(codeOf("next", { ...full, want: { kind: "room" } })).toBe("INVALID_INPUT");
    expect(codeOf("usable", { prefix: "192.0.2.0/24" })).toBe("INVALID_INPUT");
  });
});
