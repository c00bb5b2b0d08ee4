/** Seconds that a session may last in any case, and with it what the state Redis keeps of it. */
export const longestSessionSeconds = 12 * 60 * 60;

/**
 * Under which keys the networks are kept where an account has logged in, and for how many seconds: longer than anything
 * else that a runtime writes. The operator removes what is kept longer, from a tenant that exceeds its share.
 */
export const knownNetworks = { prefix: "known-networks:", seconds: 30 * 24 * 60 * 60 } as const;
