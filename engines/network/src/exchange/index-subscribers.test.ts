import { describe, expect, it } from "vitest";
import { defaultUserNameRules, type UserNameRules } from "../identities/user-name-rules.ts";
import { policy } from "../policy/testing/samples.ts";
import { indexSubscribers } from "./index-subscribers.ts";

const subscriber = (account: string) => ({ account, password: account, policy: policy() });
const index = (accounts: readonly string[], rules: Partial<UserNameRules> = {}) =>
  indexSubscribers(accounts.map(subscriber), { ...defaultUserNameRules, ...rules });

describe("the subscribers of a list", () => {
  it("are found by their account, each with its path", () => {
    const found = index(["anna", "ben@ISP.example"]);
    expect([...found.keys()]).toEqual(["anna", "ben@isp.example"]);
    expect(found.get("ben@isp.example")).toMatchObject({
      password: "ben@ISP.example",
      path: ["subscribers", 1],
    });
  });

  it.each<[UserNameRules["realmPlace"], string]>([
    ["before-backslash", "isp.example\\anna"],
    ["before-slash", "isp.example/anna"],
    ["before-backslash", "anna@isp.example"],
    ["before-slash", "anna@isp.example"],
  ])("are named as an account or as a User-Name with the realm %s: %s", (realmPlace, account) => {
    expect([...index([account], { realmPlace }).keys()]).toEqual(["anna@isp.example"]);
  });

  it.each<[UserNameRules["realmPlace"], string, string]>([
    ["before-backslash", "isp.example\\a@b", "a@b@isp.example"],
    ["before-slash", "isp.example/a@b", "a@b@isp.example"],
    ["before-backslash", "an/na@isp.example", "an/na@isp.example"],
    ["before-slash", "an\\na@isp.example", "an\\na@isp.example"],
  ])("keep text that separates no realm with the realm %s: %s", (realmPlace, account, key) => {
    expect([...index([account], { realmPlace }).keys()]).toEqual([key]);
  });

  it("are refused at their path when their account is not a User-Name, or two have one account", () => {
    const refused = (accounts: readonly string[]) => {
      try {
        index(accounts);
      } catch (fault) {
        return (fault as { details: { path: unknown }[] }).details.map(({ path }) => path);
      }
      throw new Error("expected a fault");
    };
    expect(refused(["anna", "a\u0000"])).toEqual([["subscribers", 1, "account"]]);
    const paths = refused(["anna", "ben@isp.example", "ben@ISP.example"]);
    expect(paths).toContainEqual(["subscribers", 2, "account"]);
  });
});
