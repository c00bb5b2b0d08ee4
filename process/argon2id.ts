import { type Argon2Parameters, randomBytes, timingSafeEqual } from "node:crypto";

/** Computes argon2id. */
export type Derive = (parameters: Argon2Parameters) => Promise<Buffer>;

/** OWASP's recommendation for argon2id: 19 MiB, 2 passes, 1 lane. */
const cost = { memory: 19_456, passes: 2, parallelism: 1 };
const saltLength = 16;
const tagLength = 32;

const phcShape =
  /^\$argon2id\$v=19\$m=(?<memory>\d+),t=(?<passes>\d+),p=(?<parallelism>\d+)\$(?<salt>[A-Za-z0-9+/]+)\$(?<tag>[A-Za-z0-9+/]+)$/;

/**
 * The argon2id hash of a password as a PHC string: `$argon2id$v=19$m=19456,t=2,p=1$salt$tag`.
 * @param nonce the salt: 16 unpredictable bytes, as RFC 9106 recommends
 */
export async function hashPassword(
  password: string,
  derive: Derive,
  nonce: Buffer = randomBytes(saltLength),
): Promise<string> {
  return phc(nonce, await derive({ message: comparable(password), nonce, tagLength, ...cost }));
}

/** A random hash. Its verification takes as long as that of a real one, so time does not reveal unknown emails. */
export function hashOfNoPassword(): string {
  return phc(randomBytes(saltLength), randomBytes(tagLength));
}

/** Whether `hash`, a PHC string, belongs to `password`. Throws when `hash` is not one of argon2id. */
export async function verifyPassword(hash: string, password: string, derive: Derive): Promise<boolean> {
  const { memory, passes, parallelism, salt, tag } = phcShape.exec(hash)?.groups ?? {};
  if (salt === undefined || tag === undefined) {
    throw new Error(
      "a stored password hash is not a PHC string of argon2id: expected $argon2id$v=19$m=…,t=…,p=…$…$…",
    );
  }
  const expected = Buffer.from(tag, "base64");
  const actual = await derive({
    message: comparable(password),
    nonce: Buffer.from(salt, "base64"),
    tagLength: expected.length,
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
  });
  return timingSafeEqual(actual, expected);
}

function phc(salt: Buffer, tag: Buffer): string {
  const { memory, passes, parallelism } = cost;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(tag)}`;
}

/** Normalises a password, because it can be typed in two Unicode forms (RFC 8265 compares in NFC). */
function comparable(password: string): string {
  return password.normalize("NFC");
}

function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("=", "");
}
