/** The number of messages that may be on their way to the mail server, over all pods. */
export const mostInFlight = 4;

/** The number of messages that are tried in an hour. */
export const mostPerHour = 1_000;

/** The time limit of an attempt, from the connection to the end of the answer. */
export const attemptSeconds = 45;

/** The time after which an attempt counts as lost, because its pod has ended. It is repeated with the same Message-ID. */
export const claimSeconds = 120;

/** The days after which a message that still waits fails. */
export const waitingDays = 7;

/** The days for which ended messages are kept, and their number. */
export const keptDays = 90;
export const mostFinished = 50_000;

/** The number of addresses to which nothing is sent. */
export const mostSuppressions = 100_000;

/** The characters of an answer of the mail server that are kept. */
export const longestAnswer = 500;

/** The bytes that a mail server may send in one attempt, with those of TLS. */
export const mostServerBytes = 256 * 1024;
