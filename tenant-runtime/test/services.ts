import { provideServices } from "../../harness/services/vitest.ts";

export default provideServices(
  "postgres15",
  "postgres18",
  "pgbouncer18",
  "redisCache",
  "redisState",
  "kubernetes",
  "vault",
);
