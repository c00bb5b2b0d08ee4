import type { WrittenTenantFile } from "../tenant-file.ts";

/** The file of the tenant `north` as today's operator writes it, without the fields that no runtime reads. */
export const sampleTenantFile = {
  tenant: {
    id: "k3v7q2mzxa",
    name: "north",
    displayName: "North Fibre",
    currency: "EUR",
    timeZone: "Europe/Paris",
    country: "FR",
    modules: ["customers", "billing"],
  },
  api: { port: 8443, managementPort: 9443 },
  database: {
    host: "pgbouncer.dotmac-system.svc.cluster.local",
    port: 6432,
    name: "dotmac",
    schema: "t_k3v7q2mzxa",
    poolSize: 5,
    statementTimeoutMs: 15_000,
  },
  redis: {
    cache: { host: "redis-cache.dotmac-system.svc.cluster.local", port: 6379 },
    state: { host: "redis-state.dotmac-system.svc.cluster.local", port: 6379 },
    prefix: "t:k3v7q2mzxa:",
  },
  vault: {
    address: "https://vault.dotmac-system.svc.cluster.local:8200",
    authMount: "kubernetes",
    role: "tenant-runtime",
    transitMount: "transit",
    transitKey: "isp-north-k3v7q2mzxa",
  },
  egress: { host: "egress-proxy.dotmac-system.svc.cluster.local", port: 3128 },
  limits: {
    apiPerMinutePerUser: 100,
    loginPerMinutePerIp: 5,
    loginPerMinutePerAccount: 10,
    loginPerMinute: 120,
    searchPerMinute: 30,
    bulkPerHour: 10,
  },
  retention: { eventDays: 30 },
  shutdown: { lameDuckSeconds: 5, requestGraceSeconds: 30 },
} satisfies WrittenTenantFile;
