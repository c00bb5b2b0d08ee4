import { argon2Sync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type Derive, hashPassword, verifyPassword } from "./argon2id.ts";

const derive: Derive = async (parameters) => argon2Sync("argon2id", parameters);

describe("a password's hash", () => {
  it("matches its password in any Unicode form, and no other password", async () => {
    const hash = await hashPassword("caf\u00e9 au lait", derive);
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(await verifyPassword(hash, "cafe\u0301 au lait", derive)).toBe(true);
    expect(await verifyPassword(hash, "cafe au lait", derive)).toBe(false);
  });

  it("matches too when it was made elsewhere with other costs", async () => {
    // The reference implementation: echo -n "password" | argon2 somesalt -id -t 2 -k 65536 -p 1
    const hash = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    expect(await verifyPassword(hash, "password", derive)).toBe(true);
    expect(await verifyPassword(hash, "Password", derive)).toBe(false);
  });

  it.each(["", "plain", "$2b$10$abcdefghijklmnopqrstuv", "$argon2i$v=19$m=1,t=1,p=1$YQ$YQ"])(
    "is refused when it is %j",
    async (hash) => {
      await expect(verifyPassword(hash, "password", derive)).rejects.toThrow(/expected \$argon2id/);
    },
  );

  it("uses the given salt", async () => {
    const phc = await hashPassword("one-time", derive, Buffer.alloc(16, 3));
    const [, , version, parameters, salt = "", tag] = phc.split("$");
    expect([version, parameters, salt]).toEqual(["v=19", "m=19456,t=2,p=1", "AwMDAwMDAwMDAwMDAwMDAw"]);
    const again = argon2Sync("argon2id", {
      message: Buffer.from("one-time"),
      nonce: Buffer.from(salt, "base64"),
      memory: 19_456,
      passes: 2,
      parallelism: 1,
      tagLength: 32,
    });
    expect(again.toString("base64").replace(/=+$/, "")).toBe(tag);
  });
});
