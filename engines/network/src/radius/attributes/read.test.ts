import { describe, expect, it } from "vitest";
import { fromHex } from "../octets/from-hex.ts";
import { attribute } from "../values/build-attribute.ts";
import type { Attribute } from "./attribute.ts";
import { countersOf } from "./counters.ts";
import { attributesNamed, firstValue, labelOf } from "./read.ts";

const broken: Attribute = { name: "User-Name", malformed: "why", type: "octets", value: new Uint8Array() };

describe("reading attributes", () => {
  it("finds the first of a name and type, and treats malformed ones as absent", () => {
    const read = [
      broken,
      attribute("User-Name", "a"),
      attribute("User-Name", "b"),
      attribute("Service-Type", 2),
    ];
    expect(firstValue(read, "User-Name", "text")).toBe("a");
    expect(firstValue(read, "User-Name", "octets")).toBeUndefined();
    expect(firstValue(read, "Class", "octets")).toBeUndefined();
    expect(attributesNamed(read, "User-Name").map(({ value }) => value)).toEqual(["a", "b"]);
    expect(labelOf(read, "Service-Type")).toBe("Framed-User");
    expect(labelOf(read, "Class")).toBeUndefined();
  });

  it("gives no label to a value without a name, and the new name to an old one", () => {
    expect(attribute("Service-Type", 999)).toEqual({ name: "Service-Type", type: "integer", value: 999 });
    expect(attribute("Acct-Status-Type", "Alive").label).toBe("Interim-Update");
  });

  it("names the vendor of a vendor's attribute", () => {
    expect(attribute("Cisco-AVPair", "a=b")).toEqual({
      name: "Cisco-AVPair",
      vendor: "Cisco",
      type: "text",
      value: "a=b",
    });
  });
});

describe("the counters of a session", () => {
  const [octets, gigawords] = ["Acct-Input-Octets", "Acct-Input-Gigawords"];

  it("have 64 bits with gigawords (RFC 2869 section 5.1)", () => {
    expect(
      countersOf([attribute(octets, 5), attribute(gigawords, 2), attribute("Acct-Output-Octets", 7)]),
    ).toEqual({
      input: 2n ** 33n + 5n,
      output: 7n,
    });
  });

  it("are absent in a direction that is not counted, and absent when neither is counted", () => {
    expect(countersOf([attribute(octets, 5)])).toEqual({ input: 5n, output: undefined });
    expect(countersOf([attribute("Acct-Output-Octets", 5)])).toEqual({ input: undefined, output: 5n });
    expect(countersOf([attribute(gigawords, 5)])).toBeUndefined();
  });
});

describe("hexadecimal digits", () => {
  it("may follow 0x and be separated", () => {
    expect(fromHex("0x0A fF\n00")).toEqual(Uint8Array.of(10, 255, 0));
    expect(fromHex("")).toEqual(new Uint8Array());
  });

  it.each(["a", "0g", "x00", "00y", "000x00"])("are refused as %j", (text) => {
    expect(() => fromHex(text)).toThrow(
      `expected pairs of hexadecimal digits, such as "01 00 00 38"; found "${text}": write two digits for each octet`,
    );
  });

  it("are refused with a shortened quote", () => {
    expect(() => fromHex("z".repeat(41))).toThrow(`found "${"z".repeat(40)}":`);
  });
});
