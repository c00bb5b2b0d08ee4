import { createHash } from "node:crypto";
import { passwordDigest } from "../../../../../contract/password-digest.ts";

/** The first part of a login's comment: a digest of its password. Every role can read comments. */
export function passwordMark(password: string): string {
  return `dotmac.io/password=${passwordDigest(password)}`;
}

/** A login's comment: which password it was given, and by which verifier, so that another verifier is noticed. */
export function loginComment(mark: string, verifier: string): string {
  return `${mark} verifier=${verifierDigest(verifier)}`;
}

/** Whether a login has the verifier that its comment names. True when the verifier cannot be read. */
export function hasVerifier(comment: string | null, verifier: string | null | undefined): boolean {
  if (verifier === undefined) return true;
  return verifier !== null && (comment?.endsWith(` verifier=${verifierDigest(verifier)}`) ?? false);
}

/** A verifier has a random salt and two hashes: 64 bits of its own hash give nothing away. */
function verifierDigest(verifier: string): string {
  return createHash("sha256").update(verifier).digest("hex").slice(0, 16);
}
