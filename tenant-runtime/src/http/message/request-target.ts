import type { IncomingMessage } from "node:http";

/**
 * Rewrites the target of a request so that all forms of one address are equal: the absolute form becomes the origin form,
 * and its host that of the request (RFC 9112, 3.2.2); unreserved characters of the path that are percent-encoded become
 * plain (RFC 3986, 6.2.2.2).
 */
export function normalizeTarget(request: IncomingMessage): void {
  const [, authority, rest] = /^https?:\/\/([^/?#]*)(.*)$/is.exec(request.url ?? "") ?? [];
  if (authority !== undefined) request.headers.host = authority;
  const target = rest === undefined ? (request.url ?? "") : rest.replace(/^(?!\/)/, "/");
  const [, path = "", query = ""] = /^([^?]*)(.*)$/s.exec(target) ?? [];
  request.url = plain(path) + query;
}

function plain(path: string): string {
  return path.replaceAll(/%[0-9a-f]{2}/gi, (encoded) => {
    const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
    return /[A-Za-z0-9._~-]/.test(character) ? character : encoded;
  });
}
