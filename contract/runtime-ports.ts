/** The port of a runtime's API, over HTTPS. */
export const apiPort = 8443;

/** The port of its health and its metrics. No route leads there. */
export const managementPort = 9443;
