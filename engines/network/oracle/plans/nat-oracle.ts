/** One subscriber's ports, by indices of the inside and outside addresses. */
export interface DealtBlock {
  readonly inside: number;
  readonly outside: number;
  readonly ports: readonly number[];
}

/**
 * Assigns blocks of ports to subscribers: goes through each outside address's ports in order, and gives each
 * subscriber the next block while there are enough ports left.
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
