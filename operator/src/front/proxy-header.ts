import { isIPv6, type Socket } from "node:net";

/**
 * The header that tells a server the source of a connection (HAProxy, "The PROXY protocol", 2.1, version 1). Without it
 * the server sees the front's address.
 */
export function proxyHeader({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  const family = isIPv6(remoteAddress ?? "") ? "TCP6" : "TCP4";
  return `PROXY ${family} ${remoteAddress} ${localAddress} ${remotePort} ${localPort}\r\n`;
}
