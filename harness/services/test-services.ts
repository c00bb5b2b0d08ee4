import { provideServices } from "./vitest.ts";

export default provideServices(
  "postgres15",
  "postgres18",
  "pgbouncer15",
  "pgbouncer18",
  "kubernetes",
  "vault",
  "redisState",
);
