/** Where images that are built here are named; no registry answers there. */
export const imageRepository = "localhost/dotmac";

/** The name of an image by the hash of what it is made from. */
export function imageReference(name: string, key: string): string {
  return `${imageRepository}/${name}:${key}`;
}
