import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openEncryption } from "./encryption.ts";
import type { Vault } from "./vault.ts";

/** Replaces only transit: "wrapped" means the key in hexadecimal here. The real one is in test/. */
const vault: Vault = { unwrap: async (ciphertext) => Buffer.from(ciphertext, "hex") };
const key = () => randomBytes(32).toString("hex");
const keys = { dataKey: key(), indexKey: key() };
const place = "customers/1/email_sealed";

describe("a sealed text", () => {
  it("opens to the original text at its own place", async () => {
    const encryption = await openEncryption({ vault, keys });
    fc.assert(
      fc.property(fc.uint8Array(), fc.string(), (bytes, at) => {
        const plain = Buffer.from(bytes);
        expect(encryption.open(encryption.seal(plain, at), at)).toEqual(plain);
      }),
    );
  });

  it.each(["customers/2/email_sealed", "customers/1/phone_sealed", "users/1/email_sealed"])(
    "does not open at %s",
    async (elsewhere) => {
      const encryption = await openEncryption({ vault, keys });
      const sealed = encryption.seal(Buffer.from("ines@example.com"), place);
      expect(() => encryption.open(sealed, elsewhere)).toThrow(
        /altered, moved there, or sealed with another key/,
      );
    },
  );

  it("does not open after a change of any of its bits", async () => {
    const encryption = await openEncryption({ vault, keys });
    const sealed = encryption.seal(Buffer.from("ines@example.com"), place);
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.nat(7), (index, bit) => {
        const changed = Buffer.from(sealed);
        changed.writeUInt8(changed.readUInt8(index) ^ (1 << bit), index);
        expect(() => encryption.open(changed, place)).toThrow();
      }),
    );
    expect(() => encryption.open(sealed.subarray(0, -1), place)).toThrow();
    expect(() => encryption.open(Buffer.from("clear text"), place)).toThrow(/not in sealed format 1/);
  });

  it("differs each time", async () => {
    const encryption = await openEncryption({ vault, keys });
    const [first, second] = [1, 2].map(() => encryption.seal(Buffer.from("same"), place));
    expect(first).not.toEqual(second);
  });

  it("still opens after a rotation of the data key, as long as its key is listed", async () => {
    const before = await openEncryption({ vault, keys });
    const sealed = before.seal(Buffer.from("ines@example.com"), place);
    const rotated = { ...keys, dataKey: key(), dataKeyId: 2 };
    const retiredDataKeys = [{ id: 1, dataKey: keys.dataKey }];
    const after = await openEncryption({ vault, keys: { ...rotated, retiredDataKeys } });
    expect(after.open(sealed, place).toString()).toBe("ines@example.com");
    expect(after.seal(Buffer.from("new"), place)[1]).toBe(2);
    const without = await openEncryption({ vault, keys: rotated });
    expect(() => without.open(sealed, place)).toThrow(
      /list the key in encryption\.json under retiredDataKeys/,
    );
  });

  it("needs keys of 32 bytes", async () => {
    const short = { ...keys, dataKey: "00ff" };
    await expect(openEncryption({ vault, keys: short })).rejects.toThrow(
      /dataKey holds 2 bytes, expected 32/,
    );
  });
});

describe("the search index", () => {
  it("has the same hash for the same value of one field under one key, and other hashes otherwise", async () => {
    const { index } = await openEncryption({ vault, keys });
    const { index: foreign } = await openEncryption({ vault, keys: { ...keys, indexKey: key() } });
    const hash = index.exact("customers.email", "ines@example.com");
    expect(index.exact("customers.email", "ines@example.com")).toEqual(hash);
    expect(index.exact("users.email", "ines@example.com")).not.toEqual(hash);
    expect(foreign.exact("customers.email", "ines@example.com")).not.toEqual(hash);
    expect(index.prefix("customers.email", "ines@example.com")).not.toEqual(hash.subarray(0, 8));
  });

  it("finds a value by each prefix within the lengths, and by nothing else", async () => {
    const { index } = await openEncryption({ vault, keys });
    const prefixes = index.prefixes("customers.phone", "33199001234", { shortest: 4, longest: 15 });
    const found = (start: string) =>
      prefixes.some((prefix) => prefix.equals(index.prefix("customers.phone", start)));
    expect(["3319", "33199", "331990012", "33199001234"].map(found)).toEqual([true, true, true, true]);
    expect(["331", "3329", "199001234", "331990012345"].map(found)).toEqual([false, false, false, false]);
  });
});
