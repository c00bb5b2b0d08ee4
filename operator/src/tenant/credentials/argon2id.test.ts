import { argon2Sync } from "node:crypto";
import { expect, it } from "vitest";
import { argon2id } from "./argon2id.ts";

it("an Argon2id hash is a PHC string that its own parts verify", async () => {
  const phc = await argon2id("one-time", Buffer.alloc(16, 3));
  const [, , version, parameters, salt = "", tag] = phc.split("$");
  expect([version, parameters]).toEqual(["v=19", "m=19456,t=2,p=1"]);
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
