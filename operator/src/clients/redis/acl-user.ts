/** A Redis user: what it should be, or what `ACL GETUSER` and `ACL LIST` say it is. */
export interface AclUser {
  readonly name: string;
  readonly enabled: boolean;
  /** Whether it gets in with any password: never wanted. */
  readonly anyPassword: boolean;
  /** Lower-case hex SHA-256 of each password. */
  readonly passwordHashes: readonly string[];
  /** `~pattern`, as Redis writes it. */
  readonly keys: readonly string[];
  /** `&pattern`. */
  readonly channels: readonly string[];
  /** `-@all`, `+get`, …: in Redis a later rule can undo an earlier one, so the first must be `-@all`. */
  readonly commands: readonly string[];
  /** Further rule sets in parentheses: never wanted. */
  readonly selectors: number;
}

/** Whether two users may do the same. The order of commands after `-@all` does not matter: all are `+`. */
export function sameUser(wanted: AclUser, found: AclUser | undefined): boolean {
  return (
    found !== undefined && sameRights(wanted, found) && sameSet(wanted.passwordHashes, found.passwordHashes)
  );
}

/** Whether two users may do the same once they are in. */
export function sameRights(wanted: AclUser, found: AclUser): boolean {
  return (
    wanted.enabled === found.enabled &&
    wanted.anyPassword === found.anyPassword &&
    wanted.selectors === found.selectors &&
    wanted.commands[0] === found.commands[0] &&
    sameSet(wanted.commands, found.commands) &&
    sameSet(wanted.keys, found.keys) &&
    sameSet(wanted.channels, found.channels)
  );
}

/** The rules that make any user, whatever it was, exactly this one. */
export function aclRules(user: AclUser): string[] {
  return [
    "reset",
    user.enabled ? "on" : "off",
    ...user.passwordHashes.map((hash) => `#${hash}`),
    ...user.keys,
    ...user.channels,
    ...user.commands,
  ];
}

/** A line of `ACL LIST`: `user <name> on #<hash> ~<key> &<channel> -@all +get`. */
export function parseAclLine(line: string): AclUser {
  const [, name = "", ...rules] = line.replace(/\([^)]*\)/g, "(selector)").split(" ");
  return userOf(name, rules);
}

/** The answer to `ACL GETUSER`: a flat list of field names and values. */
export function parseAclUser(name: string, answer: readonly unknown[]): AclUser {
  const fields = new Map<unknown, unknown>();
  for (let index = 0; index < answer.length; index += 2) fields.set(answer[index], answer[index + 1]);
  const words = (field: string) =>
    String(fields.get(field) ?? "")
      .split(" ")
      .filter(Boolean);
  return userOf(name, [
    ...(fields.get("flags") as string[]),
    ...(fields.get("passwords") as string[]).map((hash) => `#${hash}`),
    ...words("keys"),
    ...words("channels"),
    ...words("commands"),
    ...((fields.get("selectors") as unknown[] | undefined) ?? []).map(() => "(selector)"),
  ]);
}

function userOf(name: string, rules: readonly string[]): AclUser {
  const startingWith = (...marks: string[]) =>
    rules.filter((rule) => marks.some((mark) => rule.startsWith(mark)));
  return {
    name,
    enabled: rules.includes("on"),
    anyPassword: rules.includes("nopass"),
    passwordHashes: startingWith("#").map((rule) => rule.slice(1)),
    keys: [...startingWith("~", "%"), ...rules.filter((rule) => rule === "allkeys")],
    channels: [...startingWith("&"), ...rules.filter((rule) => rule === "allchannels")],
    commands: [...startingWith("+", "-"), ...rules.filter((rule) => rule === "allcommands")],
    selectors: startingWith("(").length,
  };
}

function sameSet(one: readonly string[], other: readonly string[]): boolean {
  const left = new Set(one);
  const right = new Set(other);
  return left.size === right.size && [...left].every((item) => right.has(item));
}
