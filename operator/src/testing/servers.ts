import { provideServices } from "../../../harness/services/vitest.ts";

/** The servers that all tests of the operator share, started once per run. */
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
