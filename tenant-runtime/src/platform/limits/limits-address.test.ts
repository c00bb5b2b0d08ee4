import { describe, expect, it } from "vitest";
import { clientNetwork, countedNetworks } from "./limits-address.ts";

describe("a client", () => {
  it.each([
    ["192.0.2.7", "192.0.2.7"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:0DB8:1:2::ffff", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["", ""],
  ])("at %s counts as %s", (address, network) => {
    expect(clientNetwork(address)).toBe(network);
  });

  it.each([
    ["192.0.2.7", ["192.0.2.7"]],
    ["::ffff:192.0.2.7", ["192.0.2.7"]],
    ["2001:db8:1:abcd::5", ["2001:db8:1:0::/48", "2001:db8:1:ab00::/56", "2001:db8:1:abcd::/64"]],
    ["fe80::1%eth0", ["fe80:0:0:0::/48", "fe80:0:0:0::/56", "fe80:0:0:0::/64"]],
    ["", [""]],
  ])("at %s is counted in %j", (address, networks) => {
    expect(countedNetworks(address).map(({ name }) => name)).toEqual(networks);
  });

  it("has a limit of its own below the shared limits of its networks, which are a few times as large", () => {
    expect(countedNetworks("2001:db8::1").map(({ shares }) => shares)).toEqual([4, 2, 1]);
  });
});
