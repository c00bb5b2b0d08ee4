/** 256 random bits in base64url, which every other place takes without quoting. */
export function newSecret(random: (length: number) => Buffer): string {
  return random(32).toString("base64url");
}
