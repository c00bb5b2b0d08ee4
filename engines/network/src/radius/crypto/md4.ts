/**
 * MD4 (RFC 1320), 16 octets. OpenSSL 3 keeps it in a provider that Node does not load, but the NT password hash of
 * MS-CHAP needs it.
 */
export function md4(message: Uint8Array): Uint8Array {
  const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
  const padded = pad(message);
  for (let at = 0; at < padded.byteLength; at += 64) addBlock(state, new DataView(padded.buffer, at, 64));
  const digest = new DataView(new ArrayBuffer(16));
  state.forEach((word, index) => {
    digest.setInt32(4 * index, word, true);
  });
  return new Uint8Array(digest.buffer);
}

/** Appends a set bit, zeros up to 8 octets before the end of a block, and the length in bits (sections 3.1 and 3.2). */
function pad(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const padded = new Uint8Array(64 * Math.ceil((message.length + 9) / 64));
  padded.set(message);
  padded[message.length] = 0x80;
  new DataView(padded.buffer).setBigUint64(padded.length - 8, 8n * BigInt(message.length), true);
  return padded;
}

interface Round {
  readonly mix: (x: number, y: number, z: number) => number;
  readonly constant: number;
  readonly order: readonly number[];
  readonly shifts: readonly [number, number, number, number];
}

/** Section 3.4: the functions F, G and H, the square roots of 2 and 3, and the order of a block's words. */
const rounds: readonly Round[] = [
  {
    mix: (x, y, z) => (x & y) | (~x & z),
    constant: 0,
    order: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    shifts: [3, 7, 11, 19],
  },
  {
    mix: (x, y, z) => (x & y) | (x & z) | (y & z),
    constant: 0x5a827999,
    order: [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
    shifts: [3, 5, 9, 13],
  },
  {
    mix: (x, y, z) => x ^ y ^ z,
    constant: 0x6ed9eba1,
    order: [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
    shifts: [3, 9, 11, 15],
  },
];

function addBlock(state: Int32Array, block: DataView): void {
  let [a = 0, b = 0, c = 0, d = 0] = state;
  for (const { mix, constant, order, shifts } of rounds) {
    order.forEach((word, step) => {
      const sum = (a + mix(b, c, d) + block.getInt32(4 * word, true) + constant) | 0;
      const shift = shifts[step % 4] ?? 0;
      [a, d, c, b] = [d, c, b, (sum << shift) | (sum >>> (32 - shift))];
    });
  }
  [a, b, c, d].forEach((word, index) => {
    state[index] = (state[index] ?? 0) + word;
  });
}
