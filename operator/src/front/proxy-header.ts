import { isIPv6, type Socket } from "node:net";

/**
 * Tells a server whose connection it is (HAProxy, "The PROXY protocol", 2.1, version 1): it sees the front's address
 * otherwise.
 */
export function proxyHeader({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  const family = isIPv6(remoteAddress ?? "") ? "TCP6" : "TCP4";
  return `PROXY ${family} ${remoteAddress} ${localAddress} ${remotePort} ${localPort}\r\n`;
}
