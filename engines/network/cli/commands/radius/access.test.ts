import { describe, expect, it } from "vitest";
import { run } from "../../../../base/cli/testing/run.ts";
import { network } from "../../program.ts";
import { access } from "./access.ts";

const { secret } = access.example;
const nas = { vendor: "mikrotik", shaping: { kind: "rates" } };
const policy = { speed: { down: 50_000_000, up: 10_000_000 } };

/** The answer to the login of a user whose password is `right`. */
function asked(userName: string, accounts: readonly string[], more: object = {}) {
  const attributes = [
    { name: "User-Name", value: userName },
    { name: "User-Password", value: "right" },
  ];
  const { packet } = run(network, "radius-encode", { code: "Access-Request", secret, attributes });
  const subscribers = accounts.map((account) => ({ account, password: "right", policy }));
  return run(network, "access", { packet, secret, nas, subscribers, ...more });
}

describe("the account of a subscriber", () => {
  const rules = (more: object) => ({ userNameRules: more });

  it.each<[string, string, object]>([
    ["anna@isp.example", "anna@ISP.example", {}],
    ["anna@ISP.example", "anna@isp.example", {}],
    ["m\u00fcller", "mu\u0308ller", {}],
    ["mu\u0308ller", "m\u00fcller", {}],
    ["anna", "ANNA", rules({ userCase: "insensitive" })],
    ["anna", "anna@isp.example", rules({ defaultRealm: "isp.example" })],
    ["anna@isp.example", "anna", rules({ defaultRealm: "isp.example" })],
    ["ISP\\anna", "anna@ISP", rules({ realmPlace: "before-backslash", realms: ["isp"] })],
    ["ISP\\anna", "isp\\anna", rules({ realmPlace: "before-backslash" })],
    ["isp/anna", "anna@ISP", rules({ realmPlace: "before-slash" })],
    ["isp/anna@home", "isp/anna@home", rules({ realmPlace: "before-slash" })],
    ["anna", "anna", rules({ realmPlace: "before-slash" })],
  ])("is read as a User-Name is: %s is %s", (userName, account, more) => {
    expect(asked(userName, ["ben@isp", account], { ...more })).toMatchObject({ outcome: "right" });
  });

  it("belongs to one subscriber only", () => {
    expect(asked("anna", ["anna", "ben", "anna"]).faults).toEqual([
      'subscribers[2].account: expected no "anna" twice; found it at subscribers[0].account too: remove or rename one of them',
    ]);
    expect(asked("anna", ["a@isp.example", "a@ISP.example"]).faults).toEqual([
      'subscribers[1].account: expected no "a@isp.example" twice; found it at subscribers[0].account too: remove or rename one of them',
    ]);
  });

  it("has at most the 253 octets of a User-Name", () => {
    const longest = `${"\u00e4".repeat(126)}x`;
    expect(asked(longest, [longest])).toMatchObject({ outcome: "right" });
    expect(run(network, "identity", { userName: longest }).faults).toBeUndefined();
    const fault = (what: string) =>
      `expected ${what} of at most 253 octets (RFC 2865 section 5); found 254: shorten it`;
    const long = `${longest}x`;
    expect(asked("anna", [long]).faults).toEqual([`subscribers[0].account: ${fault("account")}`]);
    expect(run(network, "identity", { userName: long }).faults).toEqual([`userName: ${fault("User-Name")}`]);
  });

  it("must be a possible User-Name", () => {
    expect(asked("anna", ["anna", "ben@"]).faults).toEqual([
      'subscribers[1].account: expected a user name with a user and a realm around the separator; found "ben@": write both, or the user alone',
    ]);
    expect(asked("anna@a", ["anna@b"], rules({ realms: ["a"] })).faults[0]).toMatch(
      /^subscribers\[0\]\.account: expected a user name with a realm of a; found "anna@b"/,
    );
  });
});

describe("the policy of a subscriber", () => {
  it("is refused at its path when the NAS cannot express it", () => {
    const fast = { speed: { down: 5_000_000_000, up: 1 } };
    const subscribers = [
      { account: "ben", password: "right", policy },
      { account: "anna", password: "right", policy: fast },
    ];
    const huawei = { vendor: "huawei", shaping: { kind: "rates" } };
    expect(asked("anna", [], { nas: huawei, subscribers }).faults[0]).toMatch(
      /^subscribers\[1\]\.policy\.speed: expected at most 4294967295 bit\/s for Huawei-Output-Average-Rate/,
    );
  });
});

describe("the password of a subscriber", () => {
  it("must not be empty", () => {
    const subscribers = [{ account: "anna", password: "", policy }];
    const fault = 'password: expected a password; found "": write at least one character';
    expect(asked("anna", [], { subscribers }).faults).toEqual([`subscribers[0].${fault}`]);
    const { packet } = access.example;
    expect(run(network, "radius-decode", { packet, secret, password: "" }).faults).toEqual([fault]);
  });
});
