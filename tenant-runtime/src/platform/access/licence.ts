import type { Clock } from "../../../../process/clock.ts";
import { AppError } from "../base/errors.ts";
import type { Database } from "../database/database.ts";

/** What the platform has sold to this tenant. */
export interface Licence {
  /**
   * Throws MODULE_NOT_LICENSED; to write or delete also LICENSE_EXPIRED and TENANT_SUSPENDED, and STORAGE_FULL when
   * the tenant holds all of its storage: then it may delete, until PostgreSQL refuses that too.
   */
  require(module: string, use: "read" | "write" | "delete"): Promise<void>;
}

export interface LicenceOptions {
  readonly database: Database;
  readonly tenant: { readonly id: string; readonly suspended: boolean };
  readonly clock: Clock;
}

interface Terms {
  readonly modules: readonly string[];
  readonly expires_at: Date | null;
  readonly storage: "open" | "near" | "full" | "closed";
}

/** For a tenant near the end of its storage less: PostgreSQL itself may soon refuse what it writes. */
function freshMs(terms: Terms | undefined): number {
  return terms === undefined || terms.storage === "open" ? 60_000 : 5_000;
}

/**
 * Reads public.licenses, whose row level security shows only this tenant's row, at most once a minute; every 5 s from
 * 80 % of the tenant's storage on.
 */
export function createLicence({ database, tenant, clock }: LicenceOptions): Licence {
  let kept: { terms: Terms | undefined; at: number } | undefined;

  const terms = async () => {
    if (kept !== undefined && clock.monotonic() - kept.at < freshMs(kept.terms)) return kept.terms;
    kept = { terms: await readTerms(database, tenant.id), at: clock.monotonic() };
    return kept.terms;
  };

  return {
    async require(module, use) {
      const licensed = await terms();
      if (!licensed?.modules.includes(module)) throw refusal("MODULE_NOT_LICENSED", `module ${module}`);
      if (use === "read") return;
      if (tenant.suspended) throw new AppError("TENANT_SUSPENDED");
      if (licensed.expires_at !== null && licensed.expires_at <= clock.now()) {
        throw refusal("LICENSE_EXPIRED", `expired at ${licensed.expires_at.toISOString()}`);
      }
      if (licensed.storage === "closed" || (licensed.storage === "full" && use === "write")) {
        throw new AppError("STORAGE_FULL");
      }
    },
  };
}

async function readTerms(database: Database, tenantId: string): Promise<Terms | undefined> {
  return database.transaction(async (transaction) => {
    const { rows } = await transaction.query<Terms>(
      "SELECT modules, expires_at, storage FROM public.licenses WHERE tenant_id = $1",
      [tenantId],
    );
    return rows[0];
  });
}

function refusal(code: "MODULE_NOT_LICENSED" | "LICENSE_EXPIRED", message: string): AppError {
  return new AppError(code, { details: [{ field: "licence", message }] });
}
