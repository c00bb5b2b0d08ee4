/** The number of endpoints of an ISP. */
export const mostEndpoints = 20;

/** The number of deliveries of an endpoint that may wait. Transactions at the same time may add one each. */
export const mostWaiting = 10_000;

/**
 * The number of deliveries of an endpoint that are recorded as failed because too many wait, and the number of ended ones
 * that are kept.
 */
export const mostFinished = 10_000;

/** The days for which ended deliveries are kept. */
export const keptDays = 14;

/** The number of messages that may be on their way to one endpoint, over all pods. */
export const mostInFlight = 4;

/** The time limit of an attempt, from the request to the end of the answer. */
export const attemptSeconds = 15;

/** The time after which an attempt counts as lost, because its pod has ended. It is repeated with the same id. */
export const claimSeconds = 60;

/** The days of nothing but failures after which an endpoint is disabled. */
export const failingDays = 5;

/** The hours for which messages carry the signature of the previous secret too. */
export const previousSecretHours = 24;

/** The code of a delivery that was not queued, because too many wait. The migration has an index for it. */
export const backlogFull = "BACKLOG_FULL";

/** The code of a delivery that was not sent, because its endpoint was disabled. */
export const endpointDisabled = "ENDPOINT_DISABLED";
