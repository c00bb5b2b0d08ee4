import { describe, expect, it } from "vitest";
import { tenantNames } from "../../tenant/model/names/names.ts";
import { redisUser } from "../../tenant/resources/redis-users/redis-user.ts";
import { type AclUser, parseAclLine, sameRights, sameUser } from "./acl-user.ts";

const categories = new Map([
  ["string", ["get", "set", "lcs"]],
  ["keyspace", ["del", "keys"]],
]);
const desired = redisUser(tenantNames("north", "k3v7q2mzxa"), "secret");

describe("a line of ACL LIST", () => {
  it("gives the user's password, patterns and commands", () => {
    const line = `user t_k3v7q2mzxa on sanitize-payload #${desired.passwordHashes[0]} ~t:k3v7q2mzxa:* resetchannels &t:k3v7q2mzxa:events &t:k3v7q2mzxa:outbox -@all ${desired.commands.map((command) => `+${command}`).join(" ")}`;
    expect(sameUser(desired, parseAclLine(line, categories))).toBe(true);
  });

  it.each([
    ["-@all +@string -lcs", ["get", "set"]],
    ["-@all +get -@string", []],
    ["+@all -keys", ["get", "set", "lcs", "del"]],
    ["allcommands", ["get", "set", "lcs", "del", "keys"]],
    ["-@all +@unheard", ["@unheard"]],
  ])("with the rules %s allows their sum", (rules, commands) => {
    expect(parseAclLine(`user x on ${rules}`, categories).commands).toEqual(commands);
  });

  it("shows a second set of rules", () => {
    expect(parseAclLine("user x on nopass ~* -@all +get (~b* +set +del)", categories).selectors).toBe(1);
  });
});

describe("a user's rights", () => {
  const drifts: [string, Partial<AclUser>][] = [
    ["is off", { enabled: false }],
    ["takes any password", { anyPassword: true }],
    ["has all keys", { keys: ["~*"] }],
    ["has another tenant's keys too", { keys: [...desired.keys, "~t:other:*"] }],
    ["has no channels", { channels: [] }],
    ["may use one more command", { commands: [...desired.commands, "eval"] }],
    ["may use one command less", { commands: desired.commands.slice(0, -1) }],
    ["has a selector", { selectors: 1 }],
  ];

  it.each(drifts)("differ when it %s", (_, drift) => {
    expect(sameRights(desired, { ...desired, ...drift })).toBe(false);
  });
});
