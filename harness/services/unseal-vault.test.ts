import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Hopeless } from "../machine/until.ts";
import { initializeVault, unsealVault } from "../vault/unseal-vault.ts";
import { VaultApi } from "../vault/vault-api.ts";
import { freePort } from "./network/free-port.ts";
import { type NewVault, startNewVault } from "./vault.ts";

const rootToken = "not needed";
const keyOf = (bytes: number) => randomBytes(bytes).toString("base64");

describe("a sealed Vault", () => {
  let vault: NewVault;
  let unsealKey: string;

  beforeAll(async () => {
    vault = await startNewVault();
    unsealKey = (await initializeVault(vault.api))?.unsealKey ?? "";
  });
  afterAll(() => vault[Symbol.asyncDispose]());

  const whose =
    /^expected the stored key to be that of this Vault, found another Vault's: was Vault initialised again\?/;
  const form = /^expected the stored key to be 32 bytes as base64, as Vault returns it: replace it\./;

  it.each([
    ["another Vault's key", keyOf(32), whose],
    ["a key that is too short", keyOf(5), form],
    ["a key that is one byte too long", keyOf(33), form],
    ["a key that is much too long", keyOf(64), form],
    ["a key that is not base64", "!!!", form],
    ["no key", "", form],
  ])("cannot be unsealed by %s, and this is not retried", async (_what, key, words) => {
    const failure = await unsealVault(vault.api, { unsealKey: key, rootToken }).catch(
      (error: Error) => error,
    );
    expect(failure).toBeInstanceOf(Hopeless);
    expect(failure).toMatchObject({ message: expect.stringMatching(words), cause: { status: 400 } });
    if (key !== "") expect((failure as Error).message).not.toContain(key);
  });

  it("is unsealed by its own key, and an unsealed Vault is left unchanged", async () => {
    await unsealVault(vault.api, { unsealKey, rootToken });
    expect(await vault.api.request("GET", "sys/seal-status")).toMatchObject({ sealed: false });
    await unsealVault(vault.api, { unsealKey: keyOf(32), rootToken });
  });
});

it("a Vault that is not initialised is retried, and the message says so", async () => {
  await using vault = await startNewVault();
  const failure = await unsealVault(vault.api, { unsealKey: keyOf(32), rootToken }).catch(
    (error: Error) => error,
  );
  expect(failure).not.toBeInstanceOf(Hopeless);
  expect(failure).toMatchObject({ name: "VaultError", message: expect.stringContaining("not initialized") });
});

it("a Vault that cannot be reached is retried, and the message names its address", async () => {
  const address = `https://localhost:${await freePort()}`;
  await using vault = new VaultApi({ address, ca: "" });
  const failure = await unsealVault(vault, { unsealKey: keyOf(32), rootToken }).catch(
    (error: Error) => error,
  );
  expect(failure).not.toBeInstanceOf(Hopeless);
  expect(failure).toMatchObject({
    message: expect.stringMatching(new RegExp(`^Vault at ${address} cannot be reached: .*ECONNREFUSED`)),
  });
});

it("a Vault that needs more than one key must be unsealed by hand", async () => {
  await using vault = await startNewVault();
  const shares = { secret_shares: 2, secret_threshold: 2 };
  const made = await vault.api.request<{ keys_base64: string[] }>("PUT", "sys/init", shares);
  const [unsealKey = ""] = made.keys_base64;
  await expect(unsealVault(vault.api, { unsealKey, rootToken })).rejects.toThrow(
    new Hopeless("expected one key to unseal Vault, but it needs more: unseal it by hand"),
  );
});
