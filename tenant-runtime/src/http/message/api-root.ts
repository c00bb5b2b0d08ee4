/** The address below which the API serves all its operations. */
export const apiRoot = "/api/v1";
