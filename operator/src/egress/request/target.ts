import { isIP, SocketAddress } from "node:net";
import { Refusal } from "./refusal.ts";

/** The host and port at the end of a tunnel. */
export interface Target {
  /** A host name in lower case, or an IP address in its canonical form and without brackets. */
  readonly host: string;
  readonly port: number;
}

const form = /^(?:\[(?<literal>[0-9a-fA-F:.]{2,45})\]|(?<name>[-A-Za-z0-9._]{1,253})):(?<port>\d{1,5})$/;

/** Parses the target of a CONNECT request, `host:port` with brackets around IPv6 (RFC 9110, 9.3.6). */
export function parseTarget(text: string): Target | Refusal {
  const { literal, name, port: digits } = form.exec(text)?.groups ?? {};
  const port = Number(digits);
  const host = canonicalHost(literal ?? name ?? "");
  const fits = host !== "" && (literal === undefined || isIP(host) === 6);
  return fits && port >= 1 && port <= 65_535 ? { host, port } : malformed(text);
}

/** The canonical form, in which hosts are compared. */
export function canonicalHost(host: string): string {
  const family = isIP(host);
  if (family === 0) return host.toLowerCase().replace(/\.$/, "");
  return new SocketAddress({ address: host, family: family === 6 ? "ipv6" : "ipv4" }).address;
}

/** The target as `host:port`, for messages. */
export function describeTarget({ host, port }: Target): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function malformed(text: string): Refusal {
  const found = text.length > 300 ? `${text.slice(0, 300)}…` : text;
  return new Refusal(
    "bad-request",
    `"${found}" is not a valid target: write CONNECT with a host name and a port, such as smtp.example.com:587`,
  );
}
