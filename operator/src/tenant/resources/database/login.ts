import type { LoginLetter } from "../../model/names/credentials.ts";
import { appLogin } from "../../model/names/names.ts";
import type { RotatedLogin } from "../../model/names/rotated-login.ts";

/**
 * The two app logins take turns, each with its own password. The stage of the rotation alone tells which are enabled:
 * see `enabledLogins`.
 */
export const databaseLogin: RotatedLogin = {
  name: "database",
  admit: (credentials, newSecret) => {
    const { database } = credentials;
    return { ...credentials, database: { ...database, [otherThan(database.active)]: newSecret() } };
  },
  switchOver: (credentials) => {
    const { database } = credentials;
    return { ...credentials, database: { ...database, active: otherThan(database.active) } };
  },
  withdraw: (credentials) => credentials,
  inFiles: (names, { database }) => [appLogin(names, database.active)],
  describe: (reported) => `the logins ${reported}`,
};

function otherThan(login: LoginLetter): LoginLetter {
  return login === "a" ? "b" : "a";
}
