/**
 * The digests of the passwords of each tenant's user, by tenant id, as the last `ensure` of this process has set them.
 * The sweep compares them, because it reads no secrets. A new process knows none.
 */
export type GivenPasswords = Map<string, readonly string[]>;
