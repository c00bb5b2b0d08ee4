const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text in UTF-8 bytes; undefined if there are no bytes, invalid UTF-8 or control characters. */
export function printableText(bytes: Uint8Array): string | undefined {
  try {
    const text = utf8.decode(bytes);
    return text === "" || /\p{C}/u.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
