import { NetworkFault } from "../network-fault.ts";
import { defaultUserNameRules, type RealmPlace, type UserNameRules } from "./user-name-rules.ts";

export interface UserName {
  readonly user: string;
  readonly realm: string | undefined;
  /**
   * Equal for names of the same customer only: `user@realm`, `user`, or `user@` without a realm for a user with an "@", by
   * the ISP's rules.
   */
  readonly account: string;
}

/** The longest User-Name in octets (RFC 2865 section 5.1). */
const longest = 253;

/**
 * Reads the user and realm of a User-Name. Text is normalized to NFC, as RFC 7542 section 2.4 requires, so that
 * different keyboards give the same name.
 * @throws NetworkFault IDENTITY_INVALID for an empty or too long name, control characters, an empty user or realm,
 * an @ in a realm, and a realm that is not served.
 */
export function readUserName(text: string, rules: UserNameRules = defaultUserNameRules): UserName {
  refuseUnusable(text);
  const [user, written] = parted(text.normalize("NFC"), rules.realmPlace);
  if (user === "" || written === "") {
    throw fault("a user and a realm around the separator", text, "write both, or the user alone");
  }
  // Two names would have one account: x of the realm y@a, and x@y of the realm a.
  if (written?.includes("@"))
    throw fault("no @ in its realm", text, "write a realm without it (RFC 7542 section 2.2)");
  const realm = (written ?? rules.defaultRealm)?.toLowerCase();
  refuseForeign(realm, text, rules);
  const name = rules.userCase === "insensitive" ? user.toLowerCase() : user;
  return { user: name, realm, account: accountOf(name, realm) };
}

/** The realm is the text after the last "@". */
function accountOf(user: string, realm: string | undefined): string {
  if (realm !== undefined) return `${user}@${realm}`;
  return user.includes("@") ? `${user}@` : user;
}

function refuseUnusable(text: string): void {
  const octets = new TextEncoder().encode(text).length;
  if (octets === 0 || octets > longest) {
    throw fault(`1 to ${longest} octets`, text, `shorten it (RFC 2865 section 5.1); it has ${octets}`);
  }
  if (/\p{Cc}/u.test(text)) throw fault("no control characters", text, "take them out");
}

function refuseForeign(realm: string | undefined, text: string, { realms }: UserNameRules): void {
  if (realms === undefined || realms.some((served) => served.toLowerCase() === realm)) return;
  throw fault(`a realm of ${realms.join(", ")}`, text, "write one of them, or serve this realm too");
}

/** Separates the user and the realm at the last "@": a user may contain an "@", a realm may not. */
function parted(name: string, place: RealmPlace): readonly [user: string, realm: string | undefined] {
  if (place === "after-at") {
    const at = name.lastIndexOf("@");
    return at < 0 ? [name, undefined] : [name.slice(0, at), name.slice(at + 1)];
  }
  const at = name.indexOf(place === "before-slash" ? "/" : "\\");
  return at < 0 ? [name, undefined] : [name.slice(at + 1), name.slice(0, at)];
}

function fault(expectation: string, text: string, remedy: string): NetworkFault {
  return new NetworkFault(
    "IDENTITY_INVALID",
    `expected a user name with ${expectation}; found ${JSON.stringify(text)}: ${remedy}`,
  );
}
