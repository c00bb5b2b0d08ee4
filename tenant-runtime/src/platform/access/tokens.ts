import { errors, type JWTHeaderParameters, jwtVerify, SignJWT } from "jose";
import { z } from "zod";
import type { Clock } from "../../../../process/clock.ts";
import { AppError, invalidToken } from "../base/errors.ts";
import type { Watched } from "../files/watched-file.ts";
import type { Principal } from "./principal.ts";

/** auth.json: the first key signs, all verify. `secret` is base64url of 32 bytes. */
export interface AuthKeys {
  readonly keys: readonly { readonly kid: string; readonly secret: string }[];
}

export interface AccessTokens {
  /** The lifetime of a token in seconds. */
  readonly lifetime: number;
  issue(principal: Principal): Promise<string>;
  /** Throws UNAUTHENTICATED unless the token is this tenant's and has not expired. */
  verify(token: string): Promise<Principal>;
}

const algorithm = "HS256";
const type = "at+jwt"; // RFC 9068
const lifetime = 15 * 60;

const claims = z.object({
  sub: z.string(),
  sid: z.string(),
  role: z.enum(["admin", "agent"]),
  pwd: z.boolean(),
  // Absent in a token of an older image. Such a token is valid while its session can be checked.
  ver: z.string().default(""),
});

/** Signed access tokens. Issuer and audience name the tenant, so that another tenant's token is invalid here. */
export function createAccessTokens(options: {
  readonly tenantId: string;
  readonly keys: Watched<AuthKeys>;
  readonly clock: Clock;
}): AccessTokens {
  const { tenantId, keys, clock } = options;
  const issuer = `urn:dotmac:tenant:${tenantId}`;
  const expected = { issuer, audience: issuer, algorithms: [algorithm], typ: type };
  return {
    lifetime,
    issue({ userId, sessionId, role, mustChangePassword, userVersion }) {
      const [signing] = keys.current().keys;
      if (signing === undefined) throw new Error("auth.json lists no key: it must list at least one");
      const now = Math.floor(clock.now().getTime() / 1000);
      return new SignJWT({ sid: sessionId, role, pwd: mustChangePassword, ver: userVersion })
        .setProtectedHeader({ alg: algorithm, kid: signing.kid, typ: type })
        .setSubject(userId)
        .setIssuer(issuer)
        .setAudience(issuer)
        .setIssuedAt(now)
        .setExpirationTime(now + lifetime)
        .sign(secretOf(signing));
    },
    async verify(token) {
      try {
        const find = ({ kid }: JWTHeaderParameters) => findSecret(keys.current(), kid);
        const { payload } = await jwtVerify(token, find, { ...expected, currentDate: clock.now() });
        const { sub, sid, role, pwd, ver } = claims.parse(payload);
        return { userId: sub, sessionId: sid, role, mustChangePassword: pwd, userVersion: ver };
      } catch (cause) {
        throw new AppError("UNAUTHENTICATED", { headers: invalidToken, cause });
      }
    },
  };
}

function findSecret({ keys }: AuthKeys, kid: string | undefined): Uint8Array {
  const key = keys.find((candidate) => candidate.kid === kid);
  if (key === undefined) throw new errors.JWKSNoMatchingKey("no key of auth.json has the token's kid");
  return secretOf(key);
}

function secretOf(key: AuthKeys["keys"][number]): Uint8Array {
  return Buffer.from(key.secret, "base64url");
}
