import type { CredentialsReport } from "../../../../contract/health-report.ts";

/**
 * The credentials that the process uses now. The operator waits for this report before it revokes old ones, so
 * everything that is still in use counts. Each user of credentials registers itself.
 */
export class CredentialsInUse {
  readonly #users: { readonly name: string; readonly inUse: () => readonly string[] }[] = [];

  /**
   * Registers a user of credentials under their name in the report. `inUse` returns for each what identifies it without
   * revealing it. Several users of one name share a list.
   */
  add(name: keyof CredentialsReport, inUse: () => readonly string[]): void {
    this.#users.push({ name: String(name), inUse });
  }

  report(): CredentialsReport {
    const report: CredentialsReport = { database: [], redis: [], auth: [] };
    for (const { name, inUse } of this.#users)
      report[name] = [...new Set([...(report[name] ?? []), ...inUse()])];
    return report;
  }
}
