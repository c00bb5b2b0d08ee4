/** The names of the objects in a tenant's namespace that more than one side uses. */
export const objectNames = {
  /** ConfigMap, Secret, ServiceAccount, Deployment, Service and route. */
  runtime: "runtime",
  /** Deployment and PodDisruptionBudget of the workers, if the plan has any. */
  worker: "worker",
  /** Secret and ServiceAccount, which exist during a migration. */
  migrator: "migrator",
  /** The ConfigMap of the platform's certificates. */
  platformCa: "platform-ca",
  /** The Secret of the runtime's certificate. */
  runtimeTls: "runtime-tls",
  /** The Secret of the certificate for the tenant's hosts. */
  gatewayTls: "gateway-tls",
} as const;

/** The key of the ConfigMap {@link objectNames.platformCa}. */
export const platformCaKey = "ca.crt";
