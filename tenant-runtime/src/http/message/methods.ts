/** The methods of the API in the form of an `Allow` header. */
export const allMethods = "GET, HEAD, POST, PUT, PATCH, DELETE";
