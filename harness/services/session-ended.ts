/** The messages of `pg` for a query on a connection that the server or the pooler has closed. */
export const sessionEnded = /terminat|not queryable|ECONNRESET|EPIPE/;
