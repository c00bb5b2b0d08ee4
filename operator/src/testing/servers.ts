import { provideServices } from "../../../harness/services/vitest.ts";

/** The servers that the operator's tests share, started once for a run. */
export default provideServices(
  "postgres15",
  "postgres18",
  "pgbouncer15",
  "pgbouncer18",
  "kubernetes",
  "redisCache",
  "redisState",
  "vault",
);
