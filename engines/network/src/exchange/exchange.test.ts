import { describe, expect, it } from "vitest";
import { Nas } from "../policy/nas.ts";
import type { NasTerms } from "../policy/nas-terms.ts";
import { ServicePolicy } from "../policy/service-policy.ts";
import type { PolicyTerms } from "../policy/terms/policy-terms.ts";
import type { Attribute } from "../radius/attributes/attribute.ts";
import { readReply } from "../radius/packet/read-packet.ts";
import type { RequestCode } from "../radius/packet/request-code.ts";
import { secret, written } from "../radius/testing/packets.ts";
import { attribute } from "../radius/values/build-attribute.ts";
import { type AccessServer, answerAccess } from "./answer-access.ts";
import { takeAccounting } from "./take-accounting.ts";

const noGarden = { addressLists: [], filters: {}, services: [] };
const terms: NasTerms = {
  ...{ vendor: "mikrotik", shaping: { kind: "rates" }, garden: noGarden },
  ...{ acceptsCoa: true, acceptsDisconnect: true, alsoChangeable: [] },
};
const policy = (more: Partial<PolicyTerms> = {}) =>
  ServicePolicy.of({
    ...{ state: "active", access: "ppp", speed: { down: 50_000_000, up: 10_000_000 } },
    ...{ routes: [], addressLists: [], filters: {}, ...more },
  });
const subscribers = new Map([
  ["anna", { password: "right", policy: policy() }],
  ["ben", { password: "right", policy: policy({ state: "blocked" }) }],
]);
const server: AccessServer = {
  ...{ shared: { secret }, nas: Nas.of(terms), salt: 0 },
  subscriberOf: (account) => subscribers.get(account),
};
const login = (name: string, password = "right") => [
  attribute("User-Name", name),
  attribute("User-Password", password),
];

/** The answer, and the attributes that the NAS reads from it. */
function asked(attributes: readonly Attribute[], code: RequestCode = "Access-Request", given = server) {
  const request = written(code, attributes);
  const answer = answerAccess(request.octets, given);
  if (answer.kind === "refused") throw new Error(answer.message);
  const read = readReply(answer.reply, request, { secret });
  if (read.kind === "refused") throw new Error(read.message);
  return { ...answer, read: read.packet };
}

describe("the answer to an Access-Request", () => {
  it("accepts the right password with the policy of the service", () => {
    const { outcome, account, unsupported, read } = asked(login("anna"));
    expect({ outcome, account, unsupported }).toEqual({ outcome: "right", account: "anna", unsupported: [] });
    expect(read.code).toBe("Access-Accept");
    expect(read.attributes).toContainEqual(attribute("Mikrotik-Rate-Limit", "10M/50M"));
  });

  it.each<[string, readonly Attribute[]]>([
    ["wrong-password", login("anna", "wrong")],
    ["unknown-user", login("zoe")],
    ["unknown-user", login("Anna")],
    ["unknown-user", [attribute("User-Password", "right")]],
    ["unknown-user", login("a\u0000")],
    ["unknown-method", [attribute("User-Name", "anna")]],
    ["unknown-method", [attribute("User-Name", "anna"), attribute("EAP-Message", Uint8Array.of(2, 1, 0, 4))]],
  ])("rejects without a reason in the answer: %s", (outcome, attributes) => {
    const answer = asked(attributes);
    expect(answer.outcome).toBe(outcome);
    expect(answer.read.code).toBe("Access-Reject");
    expect(answer.read.attributes.map(({ name }) => name)).toEqual(["Message-Authenticator"]);
  });

  it("rejects an empty password for an account without one", () => {
    const given: AccessServer = {
      ...server,
      subscriberOf: () => ({ password: "", policy: policy() }),
    };
    expect(asked(login("anna", ""), "Access-Request", given).outcome).toBe("wrong-password");
  });

  it("has a message for the customer of a blocked service", () => {
    const { outcome, read } = asked(login("ben"));
    expect([outcome, read.code]).toEqual(["blocked", "Access-Reject"]);
    expect(read.attributes).toContainEqual(attribute("Reply-Message", "This service is blocked."));
    expect(asked(login("ben", "wrong")).outcome).toBe("wrong-password");
  });

  it.each<[string, NasTerms, Partial<PolicyTerms>, RegExp]>([
    [
      "a speed beyond 32 bits",
      { ...terms, vendor: "wispr" },
      { speed: { down: 5_000_000_000, up: 10_000_000 } },
      /which has 32 bits/,
    ],
    ["a walled garden on a NAS without one", terms, { state: "walled-garden" }, /walled garden/],
    [
      "more address lists than a packet holds",
      terms,
      { addressLists: Array.from({ length: 150 }, (_, index) => `list-with-a-long-name-${index}`) },
      /at most 4096 octets/,
    ],
  ])("rejects and reports the fault of a policy that cannot be sent: %s", (_, nasTerms, more, message) => {
    const path = ["subscribers", 7];
    const given: AccessServer = {
      ...server,
      nas: Nas.of(nasTerms),
      subscriberOf: () => ({ password: "right", policy: policy(more), path }),
    };
    const { outcome, read, fault } = asked(login("anna"), "Access-Request", given);
    expect([outcome, read.code]).toEqual(["unwritable-policy", "Access-Reject"]);
    expect(read.attributes.map(({ name }) => name)).toEqual(["Message-Authenticator"]);
    expect(fault?.message).toMatch(message);
    expect(fault?.details[0]?.path.slice(0, 3)).toEqual(["subscribers", 7, "policy"]);
    expect(asked(login("anna", "wrong"), "Access-Request", given).outcome).toBe("wrong-password");
  });

  it("reads names by the ISP's rules", () => {
    const userNameRules = {
      realmPlace: "after-at",
      userCase: "insensitive",
      realms: ["isp.example"],
    } as const;
    const given = {
      ...{ ...server, userNameRules },
      subscriberOf: (account: string) => subscribers.get(account.replace("@isp.example", "")),
    };
    expect(asked(login("ANNA@isp.example"), "Access-Request", given).outcome).toBe("right");
    expect(asked(login("anna@other.example"), "Access-Request", given)).toMatchObject({
      ...{ outcome: "unknown-user", account: undefined },
    });
  });

  it("returns Proxy-State, and answers a Status-Server", () => {
    const state = attribute("Proxy-State", Uint8Array.of(7));
    expect(asked([...login("anna"), state]).read.attributes).toContainEqual(state);
    expect(asked([], "Status-Server")).toMatchObject({
      ...{ code: "Access-Accept", outcome: "status", account: undefined },
    });
  });

  it("is not sent for an unproved or unexpected packet", () => {
    const other = { ...server, shared: { secret: Uint8Array.of(1) } };
    expect(answerAccess(written("Access-Request", login("anna")).octets, other)).toMatchObject({
      ...{ kind: "refused", reason: "bad-message-authenticator" },
    });
    expect(answerAccess(written("Accounting-Request", []).octets, server)).toMatchObject({
      ...{ kind: "refused", reason: "unexpected-code" },
      message: expect.stringContaining("an Access-Request or Status-Server"),
    });
  });

  it("reports a fault of a policy at the policy when no list has the subscriber", () => {
    const given: AccessServer = {
      ...server,
      subscriberOf: () => ({ password: "right", policy: policy({ state: "walled-garden" }) }),
    };
    const { kind, unsupported, fault } = asked(login("anna"), "Access-Request", given);
    expect({ kind, unsupported }).toEqual({ kind: "answered", unsupported: [] });
    expect(fault?.details[0]?.path[0]).toBe("policy");
  });

  it("is not sent when an error other than a policy fault occurs", () => {
    const broken: AccessServer = {
      ...server,
      subscriberOf: () => ({
        password: "right",
        get policy(): ServicePolicy {
          throw new TypeError("the store is away");
        },
      }),
    };
    expect(() => asked(login("anna"), "Access-Request", broken)).toThrow(new TypeError("the store is away"));
  });
});

describe("the handling of an Accounting-Request", () => {
  const take = (attributes: readonly Attribute[], code: RequestCode = "Accounting-Request") => {
    const request = written(code, attributes);
    const answer = takeAccounting(request.octets, { shared: { secret }, nas: "bng-1" }, 1000);
    if (answer.kind === "refused") throw new Error(answer.message);
    expect(readReply(answer.reply, request, { secret })).toMatchObject({
      ...{ kind: "read", packet: { code: "Accounting-Response", identifier: 7 } },
    });
    return answer;
  };
  const id = attribute("Acct-Session-Id", "1");

  it("returns the record to store", () => {
    const lone = [attribute("Acct-Status-Type", "Stop"), id, attribute("Acct-Input-Gigawords", 1)];
    expect(take(lone).setAside).toEqual([expect.stringContaining("found 1 gigawords alone")]);
    const { record, why, setAside } = take([
      attribute("Acct-Status-Type", "Start"),
      id,
      attribute("User-Name", "anna"),
    ]);
    expect(record).toMatchObject({
      status: "start",
      nas: "bng-1",
      session: "1",
      user: "anna",
      arrivedAt: 1000,
    });
    expect(record).toMatchObject({ upload: undefined, download: undefined });
    expect(setAside).toEqual([]);
    expect(why).toBeUndefined();
    expect(take([attribute("Acct-Status-Type", "Accounting-On")]).record).toMatchObject({ status: "on" });
  });

  it.each([
    "Acct-Input-Octets",
    "Acct-Input-Gigawords",
    "Acct-Output-Octets",
    "Acct-Output-Gigawords",
    "Acct-Session-Time",
    "Acct-Delay-Time",
    "Acct-Terminate-Cause",
    "Event-Timestamp",
  ])("reports a malformed %s, and keeps the record without it", (name) => {
    const short: Attribute = { name, type: "octets", value: Uint8Array.of(1, 2, 3), malformed: "short" };
    const stop = [attribute("Acct-Status-Type", "Stop"), id, attribute("User-Name", "anna")];
    const { record, setAside } = take([...stop, short]);
    expect(record).toMatchObject({ status: "stop", user: "anna", upload: undefined, delay: 0 });
    expect(setAside).toEqual([
      expect.stringMatching(new RegExp(`^${name}: expected 4 octets.*; found 3 octets: the record counts`)),
    ]);
    expect(take([...stop, short, attribute(name, 7)]).setAside.join()).not.toContain("found 3 octets");
    const input = attribute("Acct-Input-Octets", 5);
    const output = attribute("Acct-Output-Octets", 6);
    expect(take([...stop, input, output, short]).record).toMatchObject({ upload: 5n, download: 6n });
  });

  it.each(["Acct-Multi-Session-Id", "User-Name", "Class"])("names an empty %s", (name) => {
    const empty: Attribute = { name, type: "octets", value: new Uint8Array(), malformed: "empty" };
    const { record, setAside } = take([attribute("Acct-Status-Type", "Stop"), id, empty]);
    expect(record).toMatchObject({ multiSession: undefined, user: "", class: undefined });
    expect(setAside).toEqual([`${name}: expected 1 octet or more; found none: the record counts without it`]);
  });

  it.each([
    ["Acct-Status-Type", Uint8Array.of(2), "malformed-status", "expected 4 octets; found 1 octets"],
    ["Acct-Session-Id", new Uint8Array(), "no-session-id", "expected 1 octet or more; found none"],
  ])("names a malformed %s, without which there is no record", (name, value, why, message) => {
    const short: Attribute = { name, type: "octets", value, malformed: "short" };
    const others = [attribute("Acct-Status-Type", "Stop"), id, attribute("Acct-Input-Octets", 5)];
    const answer = take([...others.filter((one) => one.name !== name), short]);
    expect(answer).toMatchObject({ record: undefined, why });
    expect(answer.setAside).toEqual([`${name}: ${message}: the packet gives no record`]);
    expect(take([...others, short])).toMatchObject({ why: undefined, setAside: [] });
  });

  it.each<[string, RequestCode, readonly Attribute[]]>([
    ["no-session-id", "Accounting-Request", [attribute("Acct-Status-Type", "Stop")]],
    ["other-status", "Accounting-Request", [attribute("Acct-Status-Type", "Tunnel-Start"), id]],
    ["other-status", "Accounting-Request", []],
    ["status-server", "Status-Server", []],
  ])("answers a packet without a record too, so that it is not sent again: %s", (why, code, attributes) => {
    expect(take(attributes, code)).toMatchObject({ why, record: undefined });
  });

  it("refuses an unproved packet, and one that is not accounting", () => {
    const taken = (octets: Uint8Array, key = secret) =>
      takeAccounting(octets, { shared: { secret: key }, nas: "bng-1" }, 1000);
    expect(taken(written("Accounting-Request", [id]).octets, Uint8Array.of(1))).toMatchObject({
      ...{ kind: "refused", reason: "bad-authenticator" },
    });
    expect(taken(written("CoA-Request", [id]).octets)).toMatchObject({
      reason: "unexpected-code",
      message: expect.stringContaining("an Accounting-Request or Status-Server"),
    });
  });
});
