import { passwordDigest } from "../../../../../contract/password-digest.ts";
import type { Credentials } from "../../model/names/credentials.ts";
import type { RotatedLogin } from "../../model/names/rotated-login.ts";

/** The valid Redis passwords. The first is the one that pods get. */
export function redisPasswords({ redis, rotation }: Credentials): readonly string[] {
  return rotation?.otherRedis === undefined ? [redis] : [redis, rotation.otherRedis];
}

/** One user with two passwords during a rotation. */
export const redisLogin: RotatedLogin = {
  name: "redis",
  admit: (credentials, newSecret) => ({
    ...credentials,
    rotation: { ...credentials.rotation, otherRedis: newSecret() },
  }),
  switchOver: (credentials) => {
    const { redis, rotation } = credentials;
    return {
      ...credentials,
      redis: rotation.otherRedis ?? redis,
      rotation: { ...rotation, otherRedis: redis },
    };
  },
  withdraw: (credentials) => {
    const { otherRedis: _old, ...rotation } = credentials.rotation;
    return { ...credentials, rotation };
  },
  inFiles: (_names, { redis }) => [passwordDigest(redis)],
  describe: () => "another Redis password",
};
