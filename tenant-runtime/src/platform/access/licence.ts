import type { Clock } from "../../../../process/clock.ts";
import { AppError } from "../base/errors.ts";
import type { Database, Queries } from "../database/database.ts";

/** The tenant's licence from the platform. */
export interface Licence {
  /**
   * Throws MODULE_NOT_LICENSED; for writing or deleting also LICENSE_EXPIRED; and STORAGE_FULL for writing, when
   * the tenant's storage is full. A tenant with full storage may delete until PostgreSQL refuses that too.
   * `within`: the open transaction to read in; by default a new one.
   */
  require(module: string, use: "read" | "write" | "delete", within?: Queries): Promise<void>;
}

export interface LicenceOptions {
  readonly database: Database;
  readonly tenant: { readonly id: string };
  readonly clock: Clock;
}

interface Terms {
  readonly modules: readonly string[];
  readonly expires_at: Date | null;
  readonly storage: "open" | "near" | "full" | "closed" | "exhausted";
}

/** At `exhausted` no login is enabled, and open sessions are being ended. */
const refusedUses: Readonly<Record<Terms["storage"], readonly string[]>> = {
  open: [],
  near: [],
  full: ["write"],
  closed: ["write", "delete"],
  exhausted: ["write", "delete"],
};

/** Shorter near the tenant's storage limit, because PostgreSQL may soon refuse writes. */
function freshMs(terms: Terms | undefined): number {
  return terms === undefined || terms.storage === "open" ? 60_000 : 5_000;
}

/**
 * Reads public.licenses at most once a minute, and from 80 % of the tenant's storage on every 5 s. Row level
 * security shows only this tenant's row.
 */
export function createLicence({ database, tenant, clock }: LicenceOptions): Licence {
  let kept: { terms: Terms | undefined; at: number } | undefined;

  const terms = async (within: Queries | undefined) => {
    if (kept !== undefined && clock.monotonic() - kept.at < freshMs(kept.terms)) return kept.terms;
    const read = (queries: Queries) => readTerms(queries, tenant.id);
    kept = { terms: await (within ? read(within) : database.transaction(read)), at: clock.monotonic() };
    return kept.terms;
  };

  return {
    async require(module, use, within) {
      const licensed = await terms(within);
      if (!licensed?.modules.includes(module)) throw refusal("MODULE_NOT_LICENSED", `module ${module}`);
      if (use === "read") return;
      if (licensed.expires_at !== null && licensed.expires_at <= clock.now()) {
        throw refusal("LICENSE_EXPIRED", `expired at ${licensed.expires_at.toISOString()}`);
      }
      if (refusedUses[licensed.storage].includes(use)) throw new AppError("STORAGE_FULL");
    },
  };
}

async function readTerms(queries: Queries, tenantId: string): Promise<Terms | undefined> {
  const { rows } = await queries.query<Terms>(
    "SELECT modules, expires_at, storage FROM public.licenses WHERE tenant_id = $1",
    [tenantId],
  );
  return rows[0];
}

function refusal(code: "MODULE_NOT_LICENSED" | "LICENSE_EXPIRED", message: string): AppError {
  return new AppError(code, { details: [{ field: "licence", message }] });
}
