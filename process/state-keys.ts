/** Limit of a session in seconds, and so of its state in Redis. */
export const longestSessionSeconds = 12 * 60 * 60;

/**
 * The key prefix and lifetime in seconds of the networks from which an account has logged in. No other key of a runtime
 * lives as long. From a tenant that exceeds its share, the operator removes keys with a longer lifetime.
 */
export const knownNetworks = { prefix: "known-networks:", seconds: 30 * 24 * 60 * 60 } as const;
