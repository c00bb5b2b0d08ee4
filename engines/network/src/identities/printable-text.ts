const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text that bytes are; undefined for no bytes, bytes that are no UTF-8, and control characters. */
export function printableText(bytes: Uint8Array): string | undefined {
  try {
    const text = utf8.decode(bytes);
    return text === "" || /\p{C}/u.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
