/** One subscriber's ports, by indices of the inside and outside addresses. */
export interface DealtBlock {
  readonly inside: number;
  readonly outside: number;
  readonly ports: readonly number[];
}

/**
 * Deals blocks of ports to subscribers as one would deal cards: goes through each outside address's ports in turn,
 * and gives the next so many to the next subscriber while there are enough before the last port.
 */
export function dealPorts(
  inside: number,
  outside: number,
  [first, last]: readonly [number, number],
  blockSize: number,
  blocksPerAddress: number,
): DealtBlock[] {
  const dealt: DealtBlock[] = [];
  for (let address = 0; address < outside; address += 1) {
    let ports: number[] = [];
    let blocks = 0;
    for (let port = first; port <= last && blocks < blocksPerAddress; port += 1) {
      ports.push(port);
      if (ports.length < blockSize) continue;
      if (dealt.length < inside) dealt.push({ inside: dealt.length, outside: address, ports });
      ports = [];
      blocks += 1;
    }
  }
  return dealt;
}
