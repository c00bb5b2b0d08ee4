import { describe, expect, it } from "vitest";
import { scramVerifier, verifies } from "./scram.ts";

describe("a SCRAM verifier", () => {
  it("holds the keys of RFC 7677's example exchange", async () => {
    const salt = Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64");
    const verifier = await scramVerifier("pencil", salt);
    // The RFC's ServerSignature is HMAC(ServerKey, AuthMessage). Ours is equal if the key is right.
    const { createHmac } = await import("node:crypto");
    const serverKey = Buffer.from(verifier.split(":").at(-1) ?? "", "base64");
    const nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    const message = `n=user,r=rOprNGfwEbeRWgbNEkqO,r=${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=${nonce}`;
    expect(createHmac("sha256", serverKey).update(message).digest("base64")).toBe(
      "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
    );
  });

  it("matches only its own password", async () => {
    const verifier = await scramVerifier("right", Buffer.alloc(16, 7));
    expect(await verifies(verifier, "right")).toBe(true);
    expect(await verifies(verifier, "wrong")).toBe(false);
    expect(await verifies("md5abc", "right")).toBe(false);
  });

  it("is refused for passwords that would need SASLprep", async () => {
    await expect(scramVerifier("pässword", Buffer.alloc(16))).rejects.toThrow("printable ASCII");
  });
});
