import { describe, expect, it } from "vitest";
import { readUserName } from "./read-user-name.ts";
import { defaultUserNameRules, type UserNameRules } from "./user-name-rules.ts";

const rules = (more: Partial<UserNameRules>): UserNameRules => ({ ...defaultUserNameRules, ...more });
const slash = rules({ realmPlace: "before-slash" });
const backslash = rules({ realmPlace: "before-backslash" });

describe("a user name", () => {
  it.each<[string, string, UserNameRules, string, string | undefined, string]>([
    ["bob", "has no realm", defaultUserNameRules, "bob", undefined, "bob"],
    [
      "fred@example.com",
      "has one (RFC 7542 section 2.1)",
      defaultUserNameRules,
      "fred",
      "example.com",
      "fred@example.com",
    ],
    [
      "Anna@ISP.Example",
      "keeps its user's case, not the realm's",
      defaultUserNameRules,
      "Anna",
      "isp.example",
      "Anna@isp.example",
    ],
    [
      "Anna@ISP.Example",
      "loses both when the ISP's rules say so",
      rules({ userCase: "insensitive" }),
      "anna",
      "isp.example",
      "anna@isp.example",
    ],
    [
      "anna@home@isp.example",
      "has its realm after the last @",
      defaultUserNameRules,
      "anna@home",
      "isp.example",
      "anna@home@isp.example",
    ],
    [
      "anna",
      "gets the default realm",
      rules({ defaultRealm: "ISP.example" }),
      "anna",
      "isp.example",
      "anna@isp.example",
    ],
    [
      "anna@other.example",
      "keeps its own before the default one",
      rules({ defaultRealm: "isp.example" }),
      "anna",
      "other.example",
      "anna@other.example",
    ],
    [
      "isp.example/anna",
      "may have the realm before a slash",
      slash,
      "anna",
      "isp.example",
      "anna@isp.example",
    ],
    ["anna", "needs no slash", slash, "anna", undefined, "anna"],
    ["a/x@y", "may have a user with an @", slash, "x@y", "a", "x@y@a"],
    ["x@a", "is another account than a/x", slash, "x@a", undefined, "x@a@"],
    ["a/x", "is another account than x@a", slash, "x", "a", "x@a"],
    ["ISP\\anna", "may have it before a backslash", backslash, "anna", "isp", "anna@isp"],
    ["a/b\\c", "is split at the ISP's separator only", slash, "b\\c", "a", "b\\c@a"],
    ["a/b\\c", "is split at the first backslash", backslash, "c", "a/b", "c@a/b"],
    [
      "anna@isp.example",
      "may name a served realm",
      rules({ realms: ["x.example", "ISP.example"] }),
      "anna",
      "isp.example",
      "anna@isp.example",
    ],
    [
      "anna",
      "may get a served realm",
      rules({ realms: ["isp.example"], defaultRealm: "isp.example" }),
      "anna",
      "isp.example",
      "anna@isp.example",
    ],
  ])("%s %s", (text, _, with_, user, realm, account) => {
    expect(readUserName(text, with_)).toEqual({ user, realm, account });
  });

  it("is the same when an accented letter is one character or two (RFC 7542 section 2.4)", () => {
    expect(readUserName("Ren\u0065\u0301e")).toEqual(readUserName("Ren\u00e9e"));
  });

  it("has at most 253 octets, not letters (RFC 2865 section 5.1)", () => {
    expect(readUserName("x".repeat(253)).user).toHaveLength(253);
    expect(() => readUserName("x".repeat(254))).toThrow("it has 254");
    expect(() => readUserName("é".repeat(127))).toThrow("it has 254");
  });

  it.each<[string, UserNameRules, string]>([
    [
      "",
      defaultUserNameRules,
      'expected a user name with 1 to 253 octets; found "": shorten it (RFC 2865 section 5.1); it has 0',
    ],
    [
      "@isp.example",
      defaultUserNameRules,
      'expected a user name with a user and a realm around the separator; found "@isp.example": write both, or the user alone',
    ],
    ["anna@", defaultUserNameRules, "a user and a realm around the separator"],
    [
      "y@a/x",
      slash,
      'expected a user name with no @ in its realm; found "y@a/x": write a realm without it (RFC 7542 section 2.2)',
    ],
    ["y@a\\x", backslash, "no @ in its realm"],
    ["/anna", slash, "a user and a realm around the separator"],
    ["isp/", slash, "a user and a realm around the separator"],
    [
      "anna\u0000",
      defaultUserNameRules,
      'expected a user name with no control characters; found "anna\\u0000": take them out',
    ],
    [
      "anna@y.example",
      rules({ realms: ["x.example", "z.example"] }),
      'expected a user name with a realm of x.example, z.example; found "anna@y.example": write one of them, or serve this realm too',
    ],
    ["anna", rules({ realms: ["x.example"] }), "expected a user name with a realm of x.example"],
  ])("%j is refused", (text, with_, message) => {
    expect(() => readUserName(text, with_)).toThrow(
      expect.objectContaining({ code: "IDENTITY_INVALID", message: expect.stringContaining(message) }),
    );
  });
});
