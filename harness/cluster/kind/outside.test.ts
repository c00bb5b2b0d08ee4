import { BlockList } from "node:net";
import { expect, it } from "vitest";
import { outside } from "./outside.ts";

it("the network for the internet has two members and uses no more of the documentation range", () => {
  const [network = "", prefix] = outside.range.split("/");
  const members = new BlockList();
  members.addSubnet(network, Number(prefix));
  for (const address of [outside.address, outside.nodeAddress]) expect(members.check(address)).toBe(true);
  // The engine's own address is the first of the range.
  for (const taken of [network, network.replace(/8$/, "9")]) {
    expect([outside.address, outside.nodeAddress]).not.toContain(taken);
  }
  for (const other of ["203.0.113.1", "203.0.113.80", "203.0.113.254"])
    expect(members.check(other)).toBe(false);
});
