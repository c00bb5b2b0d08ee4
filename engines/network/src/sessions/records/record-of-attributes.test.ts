import { describe, expect, it } from "vitest";
import type { Attribute } from "../../radius/attributes/attribute.ts";
import { attribute } from "../../radius/values/build-attribute.ts";
import { loneGigawords } from "./lone-gigawords.ts";
import { recordOfAttributes } from "./record-of-attributes.ts";

const stop = [
  attribute("Acct-Status-Type", "Stop"),
  attribute("Acct-Session-Id", "81e00017"),
  attribute("User-Name", "alice"),
  attribute("Acct-Session-Time", 3600),
  attribute("Acct-Input-Octets", 5),
  attribute("Acct-Input-Gigawords", 1),
  attribute("Acct-Output-Octets", 4_294_967_295),
  attribute("Acct-Delay-Time", 2),
  attribute("Event-Timestamp", 1_773_964_798),
  attribute("Acct-Multi-Session-Id", "m1"),
  attribute("Class", new Uint8Array([0, 171])),
  attribute("Acct-Terminate-Cause", "Idle-Timeout"),
];

describe("the record of a packet", () => {
  it("has the octets combined with their gigawords", () => {
    expect(recordOfAttributes(stop, "bng-1", 1_773_964_800)).toEqual({
      status: "stop",
      nas: "bng-1",
      session: "81e00017",
      user: "alice",
      upload: 2n ** 32n + 5n,
      download: 2n ** 32n - 1n,
      wide: true,
      seconds: 3600,
      arrivedAt: 1_773_964_800,
      delay: 2,
      eventAt: 1_773_964_798,
      multiSession: "m1",
      class: "00ab",
      cause: "Idle-Timeout",
    });
  });

  it("has every Class in its order", () => {
    const classOf = (...octets: number[]) =>
      ({ name: "Class", type: "octets", value: Uint8Array.from(octets) }) as const;
    const all = [...stop, classOf(7), classOf(), classOf(0, 1)];
    expect(recordOfAttributes(all, "bng-1", 0)?.class).toBe("00ab 07 0001");
  });

  it("has the number of a cause without a name", () => {
    const causes = [22, 23, 99].map((cause) => {
      const attributes = [attribute("Acct-Status-Type", "Stop"), attribute("Acct-Terminate-Cause", cause)];
      return recordOfAttributes(attributes, "bng-1", 0)?.cause;
    });
    expect(causes).toEqual(["Port-Disabled", "23", "99"]);
  });

  it("omits attributes that the NAS did not send", () => {
    expect(recordOfAttributes([attribute("Acct-Status-Type", "Accounting-On")], "bng-1", 7)).toEqual({
      ...{ status: "on", nas: "bng-1", session: "", user: "", upload: undefined, download: undefined },
      ...{ wide: false, seconds: undefined, arrivedAt: 7, delay: 0, eventAt: undefined },
      ...{ multiSession: undefined, class: undefined, cause: undefined },
    });
    const high = [attribute("Acct-Status-Type", 1), attribute("Acct-Output-Gigawords", 2)];
    const both = [...high, attribute("Acct-Output-Octets", 0)];
    expect(recordOfAttributes(both, "bng-1", 7)).toMatchObject({
      wide: true,
      download: 2n ** 33n,
      upload: undefined,
    });
    expect(recordOfAttributes(high, "bng-1", 7)).toMatchObject({ wide: true, download: undefined });
  });

  it("is reported when it has gigawords and no octets", () => {
    const high = [attribute("Acct-Output-Gigawords", 2), attribute("Acct-Input-Gigawords", 0)];
    expect(loneGigawords(high)).toEqual([
      "expected Acct-Input-Octets beside Acct-Input-Gigawords (RFC 2869 section 5.1); found 0 gigawords alone: the record counts without upload",
      "expected Acct-Output-Octets beside Acct-Output-Gigawords (RFC 2869 section 5.2); found 2 gigawords alone: the record counts without download",
    ]);
    expect(loneGigawords([...high, attribute("Acct-Output-Octets", 0)])).toHaveLength(1);
    expect(loneGigawords(stop)).toEqual([]);
  });

  it.each([
    ["Start", "start"],
    ["Interim-Update", "interim"],
    ["Accounting-Off", "off"],
  ])("of status %s is %s", (label, status) => {
    expect(recordOfAttributes([attribute("Acct-Status-Type", label)], "n", 0)).toMatchObject({ status });
  });

  it("has the octets of a name that is not UTF-8, and differs from other names", () => {
    const user = (value: Uint8Array): Attribute => ({
      ...{ name: "User-Name", malformed: "expected UTF-8 text", type: "octets", value },
    });
    const start = attribute("Acct-Status-Type", "Start");
    const names = [Uint8Array.of(0x6d, 0xfc), Uint8Array.of(0x6d, 0xf6)].map(
      (octets) => recordOfAttributes([start, user(octets)], "n", 0)?.user,
    );
    expect(names).toEqual(["0x6dfc", "0x6df6"]);
  });

  it("is absent for other kinds of accounting", () => {
    expect(recordOfAttributes([attribute("Acct-Status-Type", 9)], "n", 0)).toBeUndefined();
    expect(recordOfAttributes([], "n", 0)).toBeUndefined();
  });
});
