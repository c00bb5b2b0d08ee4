/** The answer has more bytes than the reader accepts. */
export class BodyTooLarge extends Error {
  constructor(most: number) {
    super(`the answer has more than ${most} bytes`);
  }
}

/**
 * Reads the text of a body of at most `most` bytes. It stops reading when the body is larger.
 * @throws BodyTooLarge
 */
export async function readBody(
  body: AsyncIterable<Uint8Array> & { destroy(): unknown },
  most: number,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > most) {
      body.destroy();
      throw new BodyTooLarge(most);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
