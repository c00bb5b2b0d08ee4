/**
 * The environment variable with the role of a pod. Without it a pod serves the API and does jobs. An older image ignores
 * it and does both.
 */
export const roleVariable = "DOTMAC_ROLE";

/** `api`: serves the API and leaves the jobs to workers. `worker`: does jobs, and serves only health and metrics. */
export const podRoles = ["api", "worker"] as const;

export type PodRole = (typeof podRoles)[number];

/**
 * The seconds that a worker leaves its job to end after SIGTERM: as many as the longest attempt may take. Then follow
 * those for a statement in progress, and those for the connections to close.
 */
export const workerShutdown = { jobSeconds: 100, statementSeconds: 15, closeSeconds: 10 } as const;
