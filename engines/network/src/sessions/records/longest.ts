const day = 86_400;

/** The longest plausible session and the oldest plausible record. */
export const fiveYears = 5 * 365 * day;

/** No NAS keeps a record for longer. (-1 read as an unsigned number is 136 years.) */
export const longestDelay = 30 * day;
