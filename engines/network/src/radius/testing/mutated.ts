/** Returns a whole number from 0 to below the given one. */
export type Chance = (below: number) => number;

/** A reproducible sequence of numbers from a seed: mulberry32. */
export function chanceFrom(seed: number): Chance {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

type Mutation = (packet: Uint8Array, chance: Chance) => Uint8Array;

const mutations: readonly Mutation[] = [
  overwrite,
  overwrite,
  (packet, chance) => packet.subarray(0, chance(packet.length + 1)),
  (packet, chance) => Uint8Array.of(...packet, ...Array.from({ length: chance(40) }, () => chance(256))),
  (packet, chance) => {
    const [from, to] = [chance(packet.length), chance(packet.length)];
    return Uint8Array.of(...packet.subarray(0, to), ...packet.subarray(from));
  },
];

/** A packet with one to four mutations. Its length is mostly right, so that its attributes are read. */
export function mutated(original: Uint8Array, chance: Chance): Uint8Array {
  let packet = Uint8Array.from(original);
  for (let times = 1 + chance(4); times > 0 && packet.length > 0; times -= 1) {
    packet = Uint8Array.from(mutations[chance(mutations.length)]?.(packet, chance) ?? packet);
  }
  if (chance(4) > 0 && packet.length >= 4) packet.set([packet.length >> 8, packet.length & 0xff], 2);
  return packet;
}

/** Overwrites with octets that cause faults more often than others: zeros, ones, types that contain attributes. */
function overwrite(packet: Uint8Array, chance: Chance): Uint8Array {
  const nasty = [0, 1, 2, 3, 26, 127, 128, 241, 245, 255, chance(256), chance(256)];
  packet[chance(packet.length)] = nasty[chance(nasty.length)] ?? 0;
  return packet;
}
