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
  /** The commands it may use, all others being refused: `get`, `client|id`. */
  readonly commands: readonly string[];
  /** Further rule sets in parentheses: never wanted. */
  readonly selectors: number;
}

/** The commands of each category, by `ACL CAT`. */
export type Categories = ReadonlyMap<string, readonly string[]>;

/** Whether two users get in alike and may do the same. */
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
    ...commandRules(user.commands),
  ];
}

/** The rules that allow a user exactly these commands, whatever it could do before. */
export function commandRules(commands: readonly string[]): string[] {
  return ["-@all", ...commands.map((command) => `+${command}`)];
}

/** Whether a user may send exactly these commands. */
export function mayExactly(user: AclUser, commands: readonly string[]): boolean {
  return sameSet(user.commands, commands);
}

/** A line of `ACL LIST`: `user <name> on #<hash> ~<key> &<channel> -@all +get`. */
export function parseAclLine(line: string, categories: Categories): AclUser {
  const [, name = "", ...rules] = line.replace(/\([^)]*\)/g, "(selector)").split(" ");
  return userOf(name, rules, categories);
}

/** The answer to `ACL GETUSER`: a flat list of field names and values. */
export function parseAclUser(name: string, answer: readonly unknown[], categories: Categories): AclUser {
  const fields = new Map<unknown, unknown>();
  for (let index = 0; index < answer.length; index += 2) fields.set(answer[index], answer[index + 1]);
  const words = (field: string) =>
    String(fields.get(field) ?? "")
      .split(" ")
      .filter(Boolean);
  const rules = [
    ...(fields.get("flags") as string[]),
    ...(fields.get("passwords") as string[]).map((hash) => `#${hash}`),
    ...words("keys"),
    ...words("channels"),
    ...words("commands"),
    ...((fields.get("selectors") as unknown[] | undefined) ?? []).map(() => "(selector)"),
  ];
  return userOf(name, rules, categories);
}

function userOf(name: string, rules: readonly string[], categories: Categories): AclUser {
  const startingWith = (...marks: string[]) =>
    rules.filter((rule) => marks.some((mark) => rule.startsWith(mark)));
  return {
    name,
    enabled: rules.includes("on"),
    anyPassword: rules.includes("nopass"),
    passwordHashes: startingWith("#").map((rule) => rule.slice(1)),
    keys: [...startingWith("~", "%"), ...rules.filter((rule) => rule === "allkeys")],
    channels: [...startingWith("&"), ...rules.filter((rule) => rule === "allchannels")],
    commands: allowedCommands(rules, categories),
    selectors: startingWith("(").length,
  };
}

/**
 * Redis 7.0 reports rules in another form than it was given, as categories with exceptions: only what they
 * come to can be compared. A later rule goes before an earlier one.
 */
function allowedCommands(rules: readonly string[], categories: Categories): string[] {
  const allowed = new Set<string>();
  for (const rule of rules) {
    const names = namesOf(rule, categories);
    if (rule.startsWith("+") || rule === "allcommands") for (const name of names) allowed.add(name);
    else if (rule.startsWith("-")) for (const name of names) allowed.delete(name);
  }
  return [...allowed];
}

function namesOf(rule: string, categories: Categories): readonly string[] {
  if (rule === "allcommands" || rule.endsWith("@all")) return [...categories.values()].flat();
  const name = rule.slice(1);
  return name.startsWith("@") ? (categories.get(name.slice(1)) ?? [name]) : [name];
}

function sameSet(one: readonly string[], other: readonly string[]): boolean {
  const left = new Set(one);
  const right = new Set(other);
  return left.size === right.size && [...left].every((item) => right.has(item));
}
