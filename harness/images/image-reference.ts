/** The prefix of locally built images. It names no registry. */
export const imageRepository = "localhost/dotmac";

/** The name of an image, with the hash of its inputs. */
export function imageReference(name: string, key: string): string {
  return `${imageRepository}/${name}:${key}`;
}
