/** A Redis user, either as desired or as reported by `ACL GETUSER` and `ACL LIST`. */
export interface AclUser {
  readonly name: string;
  readonly enabled: boolean;
  /** Whether any password is accepted. Never desired. */
  readonly anyPassword: boolean;
  /** Lower-case hex SHA-256 of each password. */
  readonly passwordHashes: readonly string[];
  /** Patterns in the form `~pattern`. */
  readonly keys: readonly string[];
  /** Patterns in the form `&pattern`. */
  readonly channels: readonly string[];
  /** The allowed commands, such as `get` or `client|id`. All others are refused. */
  readonly commands: readonly string[];
  /** Number of further rule sets in parentheses. Never desired. */
  readonly selectors: number;
}

/** The commands of each category, from `ACL CAT`. */
export type Categories = ReadonlyMap<string, readonly string[]>;

/** Whether two users have the same passwords and the same rights. */
export function sameUser(desired: AclUser, found: AclUser | undefined): boolean {
  return (
    found !== undefined && sameRights(desired, found) && sameSet(desired.passwordHashes, found.passwordHashes)
  );
}

/** Whether two users have the same rights. */
export function sameRights(desired: AclUser, found: AclUser): boolean {
  return (
    desired.enabled === found.enabled &&
    desired.anyPassword === found.anyPassword &&
    desired.selectors === found.selectors &&
    sameSet(desired.commands, found.commands) &&
    sameSet(desired.keys, found.keys) &&
    sameSet(desired.channels, found.channels)
  );
}

/** The rules that turn any existing user into exactly this one. */
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

/** The rules that permit exactly these commands, independent of earlier rules. */
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
 * The commands that a list of rules allows. Redis 7.0 reports rules in another form than they were set, as categories
 * with exceptions, so only the resulting commands can be compared. A later rule overrides an earlier one.
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
