import type { CredentialsReport } from "../../../../contract/health-report.ts";
import { passwordDigest } from "../../../../contract/password-digest.ts";
import type { AuthKeys } from "../../../../contract/secret-files.ts";
import type { Watched } from "./watched-file.ts";

/**
 * The credentials that the process uses now. The operator waits for this report before it revokes old ones, so
 * everything that is still in use counts. Each user of credentials registers itself.
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

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}
