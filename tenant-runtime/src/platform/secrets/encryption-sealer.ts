import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { Sealer } from "./sealer.ts";

/** Data keys by number. `current` seals new texts; the others open old ones. */
export interface KeyRing {
  /** 1 to 255. */
  readonly current: number;
  /** 32 bytes each. */
  readonly keys: ReadonlyMap<number, Buffer>;
}

const formatVersion = 1;
const headerLength = 2;
const nonceLength = 12;
const tagLength = 16;

/**
 * AES-256-GCM. A sealed text is: format version (1 byte), key number (1), nonce (12), ciphertext, tag (16). Header
 * and place are the associated data, so a text does not open in another row or column or with another key number.
 * Random nonces are safe up to 2^32 texts for one key (NIST SP 800-38D, 8.3).
 */
export function createSealer(ring: KeyRing): Sealer {
  return {
    seal(plaintext, place) {
      const header = Buffer.from([formatVersion, ring.current]);
      const nonce = randomBytes(nonceLength);
      const cipher = createCipheriv("aes-256-gcm", keyOf(ring, ring.current), nonce);
      cipher.setAAD(Buffer.concat([header, Buffer.from(place)]));
      return Buffer.concat([header, nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
    },
    open(sealed, place) {
      const header = readHeader(sealed, place);
      const nonce = sealed.subarray(headerLength, headerLength + nonceLength);
      const decipher = createDecipheriv("aes-256-gcm", keyOf(ring, header[1] ?? 0), nonce, {
        authTagLength: tagLength,
      });
      decipher.setAAD(Buffer.concat([header, Buffer.from(place)]));
      decipher.setAuthTag(sealed.subarray(-tagLength));
      const opened = decipher.update(sealed.subarray(headerLength + nonceLength, -tagLength));
      return Buffer.concat([opened, finish(() => decipher.final(), place)]);
    },
  };
}

function readHeader(sealed: Buffer, place: string): Buffer {
  const header = sealed.subarray(0, headerLength);
  if (sealed.length >= headerLength + nonceLength + tagLength && header[0] === formatVersion) return header;
  throw new Error(
    `the text at ${place} is not in sealed format ${formatVersion}: was it written without the runtime?`,
  );
}

function keyOf(ring: KeyRing, number: number): Buffer {
  const key = ring.keys.get(number);
  if (key !== undefined) return key;
  throw new Error(
    `a text is sealed with data key ${number}, this runtime has ${[...ring.keys.keys()].join(", ")}: ` +
      "list the key in encryption.json under retiredDataKeys",
  );
}

function finish(final: () => Buffer, place: string): Buffer {
  try {
    return final();
  } catch (cause) {
    throw new Error(`the text at ${place} was altered, moved there, or sealed with another key`, { cause });
  }
}
