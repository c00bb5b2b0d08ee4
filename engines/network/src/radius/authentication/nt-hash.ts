import { md4 } from "../crypto/md4.ts";

/** The password hash of MS-CHAP: MD4 over the UTF-16 text (RFC 2759 section 8.3). */
export function ntHash(password: string): Uint8Array {
  const view = new DataView(new ArrayBuffer(2 * password.length));
  for (let index = 0; index < password.length; index += 1) {
    view.setUint16(2 * index, password.charCodeAt(index), true);
  }
  return md4(new Uint8Array(view.buffer));
}
