/** The platform's two Redis servers: one may evict keys, one may not. A tenant has a user and keys on each. */
export const redisRoles = ["cache", "state"] as const;

export type RedisRole = (typeof redisRoles)[number];
