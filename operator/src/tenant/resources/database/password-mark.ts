import { createHash } from "node:crypto";
import { passwordDigest } from "../../../../../contract/password-digest.ts";

/** The first part of a login's mark: a digest of its password. */
export function passwordMark(password: string): string {
  return `dotmac.io/password=${passwordDigest(password)}`;
}

/** A login's mark: that of its password and a digest of its verifier, to detect a changed verifier. */
export function loginMark(passwordsMark: string, verifier: string): string {
  return `${passwordsMark} verifier=${verifierDigest(verifier)}`;
}

/** Whether a login has the verifier that its mark names. True when the verifier cannot be read. */
export function hasVerifier(mark: string | null, verifier: string | null | undefined): boolean {
  if (verifier === undefined) return true;
  return verifier !== null && (mark?.endsWith(` verifier=${verifierDigest(verifier)}`) ?? false);
}

/** A short digest of a verifier. A verifier has a random salt and two hashes, so 64 bits of its hash reveal nothing. */
function verifierDigest(verifier: string): string {
  return createHash("sha256").update(verifier).digest("hex").slice(0, 16);
}
