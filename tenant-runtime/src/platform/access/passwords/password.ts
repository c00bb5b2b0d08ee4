import { randomInt } from "node:crypto";

/** 20 characters that are not easily confused: 100 bits. */
export function oneTimePassword(): string {
  const alphabet = "abcdefghijkmnpqrstuvwxyz23456789";
  return Array.from({ length: 20 }, () => alphabet[randomInt(alphabet.length)]).join("");
}
