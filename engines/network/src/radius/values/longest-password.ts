/** The octets of the longest User-Password (RFC 2865 section 5.2). */
export const longestPassword = 128;
