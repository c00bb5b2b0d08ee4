import {
  type Credentials,
  type LoginLetter,
  loginLetters,
  type Making,
  type Rotation,
  type SigningKey,
} from "./credentials.ts";
import type { NewSecret, RotatedLogin, RotatingCredentials } from "./rotated-login.ts";

/** The enabled app logins. Both are enabled from the admission of the new one until every pod uses it. */
export function enabledLogins({ database, rotation }: Credentials): readonly LoginLetter[] {
  return acceptsBoth(rotation) ? loginLetters : [database.active];
}

/** Credentials at the start of their rotation: the new passwords exist, and no pod uses them yet. */
export function beginRotation(
  credentials: Credentials,
  making: Making,
  logins: readonly RotatedLogin[],
  newSecret: NewSecret,
): RotatingCredentials {
  const rotating = { ...credentials, rotation: { making, stage: "admitting" as const, since: making.at } };
  return logins.reduce<RotatingCredentials>((before, login) => login.admit(before, newSecret), rotating);
}

/** Credentials in the next stage of their rotation, or without a rotation after the last stage. */
export function continueRotation(
  credentials: RotatingCredentials,
  logins: readonly RotatedLogin[],
  now: Date,
  newSecret: NewSecret,
): Credentials {
  const { rotation, auth } = credentials;
  const at = (stage: Rotation["stage"]): RotatingCredentials => ({
    ...credentials,
    rotation: { ...rotation, stage, since: now.toISOString() },
  });
  switch (rotation.stage) {
    case "admitting": {
      const keys = [...auth, { kid: nextKid(auth), secret: newSecret() }];
      return logins.reduce<RotatingCredentials>((before, login) => login.switchOver(before), {
        ...at("switching"),
        auth: keys,
      });
    }
    case "switching": {
      const keys = [...auth.slice(-1), ...auth.slice(0, -1)];
      return logins.reduce<RotatingCredentials>((before, login) => login.withdraw(before), {
        ...at("signing"),
        auth: keys,
      });
    }
    case "signing":
      return at("expiring");
    case "expiring":
      return { ...at("forgetting"), auth: auth.slice(0, 1) };
    case "forgetting": {
      const { rotation: _ended, ...rested } = credentials;
      return { ...rested, made: rotation.making };
    }
  }
}

function acceptsBoth(rotation: Rotation | undefined): boolean {
  return rotation?.stage === "admitting" || rotation?.stage === "switching";
}

/** A key id that no token in use can name. */
function nextKid(keys: readonly SigningKey[]): string {
  const numbers = keys.map(({ kid }) => Number(kid)).filter(Number.isSafeInteger);
  return String(Math.max(0, ...numbers) + 1);
}
