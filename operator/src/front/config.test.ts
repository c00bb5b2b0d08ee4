import { describe, expect, it } from "vitest";
import { loadAddresses, loadFrontConfig, parseFrontConfig } from "./config.ts";

const whole = `
port: 6379
server: { port: 6379 }
connections: 100
connectionsPerSource: 10
newConnections: { perSecond: 20 }
toServer: { perSecond: 512Ki, burst: 4Mi }
toClient: { perSecond: 4Mi, burst: 16Mi }
idleTimeout: 10m
`;

describe("a front's configuration", () => {
  it("is read into bytes and milliseconds", () => {
    expect(parseFrontConfig(whole, "f")).toMatchObject({
      server: { port: 6379, proxyProtocol: false, reportsReadiness: false },
      newConnections: { perSecond: 20, burst: 100 },
      toServer: { perSecond: 512 * 1024, burst: 4 * 1024 * 1024 },
      idleTimeout: 600_000,
      firstByteTimeout: 5_000,
    });
  });

  it.each([
    [
      "an amount without a unit",
      "512Ki",
      "512",
      "toServer.perSecond: write an amount of bytes such as 256Ki or 4Mi",
    ],
    [
      "more for one source than others leave",
      "Source: 10",
      "Source: 26",
      "write at most a quarter of connections",
    ],
    [
      "a word that is not known",
      "idleTimeout",
      "idelTimeout",
      "idelTimeout: leave it out: there is no such field",
    ],
    ["no port", "port: 6379\nserver", "server", "port: is required: write a number"],
  ])("with %s is refused, and the error says what to write", (_, found, instead, words) => {
    expect(() => parseFrontConfig(whole.replace(found, instead), "f")).toThrow(words);
  });

  it("names the missing file and the missing addresses", () => {
    expect(() => loadFrontConfig({ DOTMAC_FRONT_CONFIG: "/nowhere" })).toThrow(
      /\/nowhere.*DOTMAC_FRONT_CONFIG/,
    );
    expect(() => loadAddresses({})).toThrow("set POD_IPS to the pod's own addresses");
    expect(loadAddresses({ POD_IPS: "10.0.0.7,fd00::7" })).toEqual(["10.0.0.7", "fd00::7"]);
  });
});
