import {
  type Credentials,
  type LoginLetter,
  loginLetters,
  type Making,
  type Rotation,
  type SigningKey,
} from "./credentials.ts";

/** A new password or key. */
type NewSecret = () => string;

/** The app logins that may log in: both only from the admission of the new one until every pod uses it. */
export function enabledLogins({ database, rotation }: Credentials): readonly LoginLetter[] {
  return acceptsBoth(rotation) ? loginLetters : [database.active];
}

/** The Redis passwords that work, the one that pods are given first. */
export function redisPasswords({ redis, rotation }: Credentials): readonly string[] {
  return rotation?.otherRedis === undefined ? [redis] : [redis, rotation.otherRedis];
}

/** Credentials whose replacement has begun: the new passwords are made, and nobody uses them yet. */
export function beginRotation(
  credentials: Credentials,
  making: Making,
  newSecret: NewSecret,
): Credentials & { readonly rotation: Rotation } {
  const idle = otherLogin(credentials.database.active);
  return {
    ...credentials,
    database: { ...credentials.database, [idle]: newSecret() },
    rotation: { making, stage: "admitting", since: making.at, otherRedis: newSecret() },
  };
}

/** Credentials in the next stage of their rotation, after the last one at rest. */
export function continueRotation(
  { rotation, ...credentials }: Credentials & { readonly rotation: Rotation },
  now: Date,
  newSecret: NewSecret,
): Credentials {
  const { making } = rotation;
  const since = now.toISOString();
  switch (rotation.stage) {
    case "admitting":
      return {
        ...credentials,
        database: { ...credentials.database, active: otherLogin(credentials.database.active) },
        redis: rotation.otherRedis ?? credentials.redis,
        auth: [...credentials.auth, { kid: nextKid(credentials.auth), secret: newSecret() }],
        rotation: { making, stage: "switching", since, otherRedis: credentials.redis },
      };
    case "switching":
      return {
        ...credentials,
        auth: [...credentials.auth.slice(-1), ...credentials.auth.slice(0, -1)],
        rotation: { making, stage: "signing", since },
      };
    case "signing":
      return { ...credentials, rotation: { making, stage: "expiring", since } };
    case "expiring":
      return {
        ...credentials,
        auth: credentials.auth.slice(0, 1),
        rotation: { making, stage: "forgetting", since },
      };
    case "forgetting":
      return { ...credentials, made: making };
  }
}

function acceptsBoth(rotation: Rotation | undefined): boolean {
  return rotation?.stage === "admitting" || rotation?.stage === "switching";
}

function otherLogin(login: LoginLetter): LoginLetter {
  return login === "a" ? "b" : "a";
}

/** Never one that a token still in use may name. */
function nextKid(keys: readonly SigningKey[]): string {
  const numbers = keys.map(({ kid }) => Number(kid)).filter(Number.isSafeInteger);
  return String(Math.max(0, ...numbers) + 1);
}
