import { describe, expect, it } from "vitest";
import { run } from "../../../../base/cli/testing/run.ts";
import { network } from "../../program.ts";

const of = { nas: "bng-1", session: "1", user: "anna" };
const ofBen = { ...of, session: "9", user: "ben" };
const at = (time: string) => ({ arrivedAt: `2026-03-20T${time}Z` });
const start = { status: "start", ...of, ...at("10:00:00") };
const interim = { status: "interim", ...of, ...at("10:05:00"), seconds: 300, upload: 1000, download: 9000 };
const sessions = (records: object[], given: object = {}) =>
  run(network, "sessions", { zone: "UTC", asOf: "2026-03-20T12:00:00Z", records, ...given });

describe("a feed with a count that a packet cannot carry", () => {
  it.each([
    ["99999999999999999999999999", {}, /64 bits, 18446744073709551615 at most; found 9{26}/],
    ["18446744073709551616", { gigawords: true }, /64 bits, 18446744073709551615 at most/],
    [4_294_967_296, {}, /32 bits, 4294967295 at most, in a record without gigawords; found 4294967296/],
  ])("is refused: %s", (download, more, message) => {
    const { faults } = sessions([start, { ...interim, download, ...more }]);
    expect(faults).toEqual([expect.stringMatching(message)]);
    expect(faults[0]).toMatch(/^records\[1\]\.download: expected a count of/);
    expect(sessions([start, { ...interim, upload: download, ...more }]).faults[0]).toMatch(
      /^records\[1\]\.upload/,
    );
  });

  it("is accepted when the packet carried gigawords, or when its NAS is known to send them", () => {
    const wide = { ...interim, download: 4_294_967_296 };
    const found = { sessions: [{ download: 4_294_967_296 }] };
    expect(sessions([{ ...wide, gigawords: true }])).toMatchObject(found);
    expect(sessions([wide], { settings: { counters: "64-bit" } })).toMatchObject(found);
    const nasSettings = [{ nas: "bng-1", counters: "64-bit" }];
    expect(sessions([wide], { nasSettings })).toMatchObject(found);
    expect(sessions([{ ...wide, nas: "bng-2" }], { nasSettings }).faults).toHaveLength(1);
  });
});

describe("the texts of a record", () => {
  it("have the length limit of a packet", () => {
    const texts = { session: "s".repeat(253), user: `0x${"fc".repeat(253)}`, multiSession: "m".repeat(253) };
    const record = { ...interim, ...texts, class: `${"ab".repeat(253)} ${"cd".repeat(253)}` };
    expect(sessions([record]).sessions).toMatchObject([
      { id: texts.session, user: texts.user, class: record.class },
    ]);
    const long = { session: "s".repeat(254), user: `0x${"fc".repeat(254)}`, multiSession: "m".repeat(254) };
    expect(sessions([{ ...record, ...long, class: "ab".repeat(254) }]).faults).toEqual([
      ...["Acct-Session-Id", "User-Name", "Acct-Multi-Session-Id"].map((name) =>
        expect.stringContaining(`expected ${name} of at most 253 octets (RFC 2865 section 5); found 254`),
      ),
      expect.stringContaining("expected a Class of at most 506 digits"),
    ]);
  });
});

describe("a record with an impossible value", () => {
  const good = { status: "stop", ...ofBen, ...at("10:00:00"), seconds: 60, download: 7 };
  const bad = { status: "stop", ...of, ...at("11:08:45"), download: 9 };

  it.each([
    ["seconds", { seconds: 4_294_967_295 }],
    ["delay", { seconds: 5, delay: 4_294_967_295 }],
  ])("counts without its %s, which is reported", (field, more) => {
    expect(sessions([good, { ...bad, ...more }])).toMatchObject({
      usage: [
        { user: "anna", from: "2026-03-20", download: 9 },
        { user: "ben", from: "2026-03-20", download: 7, seconds: 60 },
      ],
      setAside: [{ path: `records[1].${field}`, message: expect.stringContaining("found 4294967295") }],
    });
  });

  it("is set aside when it has no id or is years old, and the others count", () => {
    const old = { ...bad, arrivedAt: "2001-01-01T00:00:00Z" };
    expect(sessions([old, good, { ...bad, session: undefined }])).toMatchObject({
      usage: [{ user: "ben", download: 7 }],
      setAside: [{ path: "records[0]" }, { path: "records[2]" }],
    });
  });
});

describe("usage", () => {
  it("has a row for each period and user", () => {
    const days = (user: string, session: string) =>
      ["19", "20"].map((day) => ({
        ...{ status: "stop", nas: "bng-1", user, session: `${session}${day}`, seconds: 60, download: 1 },
        arrivedAt: `2026-03-${day}T10:00:00Z`,
      }));
    expect(sessions([...days("ben", "b"), ...days("anna", "a")]).usage).toMatchObject([
      { user: "anna", from: "2026-03-19" },
      { user: "ben", from: "2026-03-19" },
      { user: "anna", from: "2026-03-20" },
      { user: "ben", from: "2026-03-20" },
    ]);
  });
});

describe("the settings of single NASes", () => {
  const reused = { ...interim, ...at("10:10:00"), seconds: 200, download: 9500 };

  it("override the common settings only in the fields that they name", () => {
    const trusting = { nasSettings: [{ nas: "bng-1", sessionTime: "trusted" }] };
    expect(sessions([start, interim, reused]).sessions).toHaveLength(1);
    expect(sessions([start, interim, reused], trusting).sessions).toHaveLength(2);
    const silent = { nasSettings: [{ nas: "bng-1", interimSeconds: null }] };
    expect(sessions([start, interim], silent).sessions).toMatchObject([{ end: null }]);
    expect(sessions([start, interim], trusting).sessions).toMatchObject([{ end: { by: "stale" } }]);
  });

  it("have a speed of at least 1 bit per second", () => {
    const message =
      "fastestBitsPerSecond: expected a speed of 1 bit per second or more; found 0: write the speed of the fastest line, such as 1000000000, or leave it out";
    for (const fastestBitsPerSecond of [0, "0"]) {
      expect(sessions([start], { settings: { fastestBitsPerSecond } }).faults).toEqual([
        `settings.${message}`,
      ]);
      const nasSettings = [{ nas: "bng-1", fastestBitsPerSecond }];
      expect(sessions([start], { nasSettings }).faults).toEqual([`nasSettings[0].${message}`]);
    }
    expect(sessions([start], { settings: { fastestBitsPerSecond: 1 } }).faults).toBeUndefined();
  });

  it("are given once for each NAS", () => {
    const nasSettings = [{ nas: "bng-1" }, { nas: "bng-1" }];
    expect(sessions([], { nasSettings }).faults).toEqual([
      'nasSettings[1].nas: expected the settings of each NAS once; found "bng-1" again: put its settings together',
    ]);
  });
});
