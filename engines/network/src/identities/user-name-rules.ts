export const realmPlaces = ["after-at", "before-backslash", "before-slash"] as const;
/** The place of a realm: `user@realm` (RFC 7542), `REALM\user` (Windows), `realm/user` (IPASS). */
export type RealmPlace = (typeof realmPlaces)[number];

export const userCases = ["sensitive", "insensitive"] as const;

/** An ISP's rules for reading the names that its PPPoE customers dial with. */
export interface UserNameRules {
  readonly realmPlace: RealmPlace;
  /** Whether `Anna` and `anna` are two users. A realm is always insensitive (RFC 7542 section 2.4). */
  readonly userCase: (typeof userCases)[number];
  /** The realm for names without one. */
  readonly defaultRealm?: string | undefined;
  /** The only realms served here; all realms if absent. */
  readonly realms?: readonly string[] | undefined;
}

export const defaultUserNameRules: UserNameRules = { realmPlace: "after-at", userCase: "sensitive" };
