/** 256 random bits in base64url, which needs no quoting anywhere. */
export function newSecret(random: (length: number) => Buffer): string {
  return random(32).toString("base64url");
}
