import { InputFault } from "./input-fault.ts";

/**
 * Decodes octets as UTF-8.
 * @throws InputFault with the position of the first invalid octet.
 */
export function textOf(octets: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(octets);
  } catch {
    const { found, encoding } = whatInstead(octets);
    throw new InputFault(
      `expected text in UTF-8; found ${found}: convert the input first, such as with iconv -f ${encoding} -t UTF-8`,
    );
  }
}

/** Describes the first fault of the octets, and their likely encoding by its name in iconv. */
function whatInstead(octets: Uint8Array): { readonly found: string; readonly encoding: string } {
  const place = firstInvalid(octets);
  const [first, second] = octets;
  const isUtf16 = place === 0 && (first === 0xff ? second === 0xfe : first === 0xfe && second === 0xff);
  if (isUtf16) return { found: "a byte order mark of UTF-16", encoding: "UTF-16" };
  const octet = octets[place]?.toString(16).padStart(2, "0");
  return {
    found: `the octet ${octet} (hexadecimal) at place ${place}, which UTF-8 does not allow there`,
    encoding: "LATIN1",
  };
}

/** The position of the first invalid character. */
function firstInvalid(octets: Uint8Array): number {
  let [good, bad] = [0, octets.length];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (isText(octets.subarray(0, middle), { mayBeCut: true })) good = middle;
    else bad = middle;
  }
  while (!isText(octets.subarray(0, good), { mayBeCut: false })) good -= 1;
  return good;
}

function isText(octets: Uint8Array, { mayBeCut }: { readonly mayBeCut: boolean }): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(octets, { stream: mayBeCut });
    return true;
  } catch {
    return false;
  }
}
