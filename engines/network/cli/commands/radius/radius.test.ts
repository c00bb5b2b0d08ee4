import { describe, expect, it } from "vitest";
import { run } from "../../../../base/cli/testing/run.ts";
import { network } from "../../program.ts";

const secret = "xyzzy5461";
const request = "2b09001400000000000000000000000000000000";

function encoded(input: object): string {
  return run(network, "radius-encode", { secret, ...input }).packet;
}

describe("radius-encode and radius-decode", () => {
  it("agree on every kind of value", () => {
    const attributes = [
      { name: "Acct-Session-Id", type: "text", value: "8100000a" },
      { name: "Class", type: "octets", value: "00ff" },
      { name: "MIP6-Feature-Vector", type: "integer64", value: "18446744073709551615" },
      { name: "Tunnel-Type", tag: 1, type: "integer", label: "L2TP", value: 3 },
      {
        name: "IP-Port-Limit-Info",
        type: "tlv",
        value: [{ name: "IP-Port-Limit", type: "integer", value: 5 }],
      },
      { name: "Attr-26.32473.1", vendor: "32473", type: "octets", value: "01" },
    ];
    const given = attributes.map(({ name, value, tag }) => ({
      name,
      value: Array.isArray(value) ? value.map((one) => ({ name: one.name, value: one.value })) : value,
      ...(tag === undefined ? {} : { tag }),
    }));
    const packet = encoded({ code: "Accounting-Request", attributes: given });
    const decoded = run(network, "radius-decode", { packet, secret });
    expect(decoded).toMatchObject({ accepted: true, code: "Accounting-Request", attributes });
  });

  it("count the octets of a session", () => {
    const attributes = [
      { name: "Acct-Input-Octets", value: 5 },
      { name: "Acct-Input-Gigawords", value: 2 },
    ];
    const packet = encoded({ code: "Accounting-Request", attributes });
    const { counters } = run(network, "radius-decode", { packet });
    expect(counters).toEqual({ input: "8589934597" });
  });

  it("write and read a reply to its request", () => {
    const packet = encoded({ code: "CoA-ACK", request });
    expect(run(network, "radius-decode", { packet, secret, request })).toMatchObject({ accepted: true });
    expect(run(network, "radius-decode", { packet, secret: "another", request })).toMatchObject({
      accepted: false,
      reason: "bad-authenticator",
    });
  });

  it.each([
    ["", "expected at least 20 octets of a packet; found 0"],
    [request.replace("2b", "2c"), "it is of CoA-ACK"],
  ])("refuse to answer %j", (octets, why) => {
    const fault = `request: expected the request that is answered in the field "request"; ${why}: write its octets`;
    const reply = { code: "CoA-ACK", secret, request: octets };
    expect(run(network, "radius-encode", reply).faults).toEqual([fault]);
    const asked = { packet: request, secret, request: octets };
    expect(run(network, "radius-decode", asked).faults).toEqual([
      fault.replace("is answered", "was answered"),
    ]);
  });

  it("refuse to answer where no request is given, at its field", () => {
    const { faults } = run(network, "radius-encode", { code: "Access-Accept", secret });
    expect(faults).toEqual([
      'request: expected the request that the Access-Accept answers, whose identifier and authenticator it needs; found none: write its octets, such as the "packet" that radius-encode prints for a request',
    ]);
  });

  it("write no attribute without a value", () => {
    const attributes = [
      { name: "NAS-Port", value: 1 },
      { name: "User-Name", value: "" },
    ];
    const { faults } = run(network, "radius-encode", { code: "Access-Request", secret: "x", attributes });
    expect(faults).toEqual([
      "attributes[1]: User-Name: expected a value of one octet or more; found an empty one: leave the attribute out",
    ]);
  });

  it("report a fault of an attribute at its place", () => {
    const attributes = [{ name: "Framed-IP-Address", value: "300.0.0.1" }];
    const [fault] = run(network, "radius-encode", { code: "Access-Request", secret, attributes }).faults;
    expect(fault).toMatch(/^attributes\[0\]: expected .*300\.0\.0\.1/);
  });

  it("suggest a known attribute for an unknown name", () => {
    const attributes = [
      { name: "user-name", value: "anna" },
      { name: "ADSL-Agent-Circuit-ID", value: "x" },
      { name: "Speed", value: "fast" },
      { name: "Class", value: "x" },
      { name: "IP-Port-Limit-Info", value: [{ name: "IP-Port-Limits", value: 5 }] },
    ];
    const { faults } = run(network, "radius-encode", { code: "Access-Request", secret, attributes });
    expect(faults).toEqual([
      expect.stringMatching(/^attributes\[0\]\.name: .* found "user-name": write User-Name$/),
      expect.stringMatching(/^attributes\[1\]\.name: .*: write ADSL-Agent-Circuit-Id$/),
      expect.stringMatching(/^attributes\[2\]\.name: .*: write one that a dictionary has$/),
      expect.stringMatching(/^attributes\[3\]\.value: expected pairs of hexadecimal digits/),
      expect.stringMatching(/^attributes\[4\]\.value\[0\]\.name: .* found "IP-Port-Limits"/),
    ]);
  });

  it("refuse an empty secret", () => {
    expect(run(network, "radius-decode", { packet: request, secret: "" }).faults).toEqual([
      'secret: expected a secret; found "": write at least one character',
    ]);
  });
});
