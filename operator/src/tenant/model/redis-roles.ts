/** The platform's two Redis servers: what may be evicted, and what may not. A tenant has a user and keys on each. */
export const redisRoles = ["cache", "state"] as const;

export type RedisRole = (typeof redisRoles)[number];
