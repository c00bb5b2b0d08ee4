import { argon2 } from "node:crypto";
import { promisify } from "node:util";

const hash = promisify(argon2);

/** RFC 9106 asks for 16 bytes; memory, passes and lanes as OWASP's password storage cheat sheet. */
const parameters = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 } as const;

/** The Argon2id hash of a password as a PHC string; `salt` has 16 bytes. */
export async function argon2id(password: string, salt: Buffer): Promise<string> {
  const tag = await hash("argon2id", { message: Buffer.from(password), nonce: salt, ...parameters });
  const { memory, passes, parallelism } = parameters;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(tag)}`;
}

function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
