/** Where a runtime serves its API, over HTTPS. */
export const apiPort = 8443;

/** Where it tells of its health and its metrics; no route leads there. */
export const managementPort = 9443;
