import { createHash } from "node:crypto";
import type { AuthKeys } from "./secrets.ts";
import type { Watched } from "./watched-file.ts";

/** What `/health` tells of credentials: never one itself. */
export interface CredentialsReport {
  /** Logins of PostgreSQL under which transactions run or may begin. */
  readonly database: readonly string[];
  /** Of each Redis password that a connection has shown, 12 hex digits of its digest. */
  readonly redis: readonly string[];
  /** The ids of the keys for tokens; the first signs. */
  readonly auth: readonly string[];
}

/**
 * Which credentials the process uses now. Who replaces them waits for it before the old ones are revoked: so
 * whatever is still in use counts. Each user of credentials registers itself.
 */
export class CredentialsInUse {
  readonly #auth: Watched<AuthKeys>;
  readonly #database: (() => readonly string[])[] = [];
  readonly #redis: (() => string)[] = [];

  constructor(auth: Watched<AuthKeys>) {
    this.#auth = auth;
  }

  addDatabase(logins: () => readonly string[]): void {
    this.#database.push(logins);
  }

  addRedis(password: () => string): void {
    this.#redis.push(password);
  }

  report(): CredentialsReport {
    return {
      database: distinct(this.#database.flatMap((logins) => logins())),
      redis: distinct(this.#redis.map((password) => passwordDigest(password()))),
      auth: this.#auth.current().keys.map(({ kid }) => kid),
    };
  }
}

/** As the operator computes it, docs/contracts.md. Passwords are 256 random bits: 48 of a hash give nothing away. */
function passwordDigest(password: string): string {
  return createHash("sha256").update(`dotmac:${password}`).digest("hex").slice(0, 12);
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}
