import { createHash, createHmac, pbkdf2, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const derive = promisify(pbkdf2);

/** At least 4096 iterations (RFC 7677 section 4), which is also PostgreSQL's default. */
const iterations = 4096;

/**
 * The SCRAM-SHA-256 verifier of a password (RFC 5802 section 3, RFC 7677), in the form that PostgreSQL stores. With it,
 * no statement carries the password itself.
 *
 * The password must be printable ASCII, which SASLprep (RFC 4013) does not change.
 */
export async function scramVerifier(password: string, salt: Buffer): Promise<string> {
  if (!/^[\x21-\x7e]+$/.test(password)) {
    throw new TypeError("Expected a password of printable ASCII: others would need SASLprep.");
  }
  const salted = await derive(password, salt, iterations, 32, "sha256");
  const storedKey = createHash("sha256").update(hmac(salted, "Client Key")).digest("base64");
  const serverKey = hmac(salted, "Server Key").toString("base64");
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${storedKey}:${serverKey}`;
}

/** Whether `verifier` belongs to `password`. */
export async function verifies(verifier: string, password: string): Promise<boolean> {
  const salt = /^SCRAM-SHA-256\$4096:([^$]+)\$/.exec(verifier)?.[1];
  if (salt === undefined) return false;
  const expected = Buffer.from(await scramVerifier(password, Buffer.from(salt, "base64")));
  const found = Buffer.from(verifier);
  return expected.length === found.length && timingSafeEqual(expected, found);
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
