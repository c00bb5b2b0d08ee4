import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { loadEgressConfig, parseEgressConfig } from "./config.ts";

describe("the egress proxy's configuration", () => {
  it("has a default for everything", () => {
    expect(parseEgressConfig("", "config.yaml")).toEqual({
      port: 3128,
      clusterRanges: [],
      standsForInternet: [],
      tunnelsPerTenant: 100,
      connectionsPerAddress: 150,
      newConnectionsPerAddress: { perSecond: 30, burst: 150 },
      refusalsPerAddress: { perSecond: 2, burst: 20 },
      connectTimeout: 10_000,
      idleTimeout: 300_000,
      halfClosedTimeout: 30_000,
      lameDuck: 5_000,
      drain: 30_000,
    });
  });

  it("accepts ranges of both families", () => {
    const ranges = {
      clusterRanges: ["198.51.100.0/24", "2a00:1::/48"],
      standsForInternet: ["203.0.113.10/32"],
    };
    expect(parseEgressConfig(stringify(ranges), "config.yaml")).toMatchObject(ranges);
  });

  it.each<[string, unknown, string]>([
    ["clusterRanges", ["10.0.0.0"], "clusterRanges[0]: write a range of addresses in CIDR notation"],
    ["clusterRanges", ["10.0.0.0/33"], "clusterRanges[0]: write a range of addresses in CIDR notation"],
    ["standsForInternet", ["10.0.0.0/8"], "standsForInternet[0]: write a range for documentation"],
    ["standsForInternet", ["0.0.0.0/0"], "standsForInternet[0]: write a range for documentation"],
    ["port", 0, "port: write a value of at least 1"],
    ["tunnelsPerTenant", 0, "tunnelsPerTenant: write a value of at least 1"],
    ["idleTimeout", "5 minutes", "idleTimeout: write a duration in Go's notation"],
    ["allowedRanges", ["10.0.0.0/8"], "allowedRanges: leave it out: there is no such field"],
  ])("refuses %s = %j and says what to write", (name, value, message) => {
    expect(() => parseEgressConfig(stringify({ [name]: value }), "config.yaml")).toThrow(message);
  });

  it("is read from the chart's path, or from the path in the environment", () => {
    expect(() => loadEgressConfig({})).toThrow("/etc/dotmac-egress/config.yaml");
    expect(() => loadEgressConfig({ DOTMAC_EGRESS_CONFIG: "/nowhere" })).toThrow(
      "/nowhere: there is no such file: put it there, or name another by DOTMAC_EGRESS_CONFIG",
    );
  });
});
