import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
import { Agent, request } from "undici";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { createAuthority } from "../../../../harness/authority/authority.ts";
import { startTlsFront } from "../../../../harness/services/network/tls-front.ts";
import type {} from "../../../../harness/services/vitest.ts";
import { ManualClock } from "../../kubernetes/testing/manual-clock.ts";
import type { VaultLogin } from "./login.ts";
import { connectVault, type Vault } from "./vault.ts";

describe("Vault", () => {
  const path = `isp-test-${randomUUID()}`;
  let vault: Vault;

  beforeAll(() => {
    vault = open(async () => ({ token: inject("vault").rootToken, ttlSeconds: 0, renewable: false }));
  });

  it("returns a secret as it was written, and undefined for a missing one", async () => {
    expect(await vault.readSecret(`${path}/a`)).toBeUndefined();
    expect(await vault.writeSecret(`${path}/a`, { password: "x" }, 0)).toBe(true);
    expect(await vault.readSecret(`${path}/a`)).toEqual({
      data: { password: "x" },
      version: 1,
      createdAt: expect.any(Date),
    });
  });

  it("accepts only the first of two writers", async () => {
    const written = await Promise.all([1, 2, 3].map((n) => vault.writeSecret(`${path}/race`, { n }, 0)));
    expect(written.filter(Boolean)).toHaveLength(1);
    expect(await vault.writeSecret(`${path}/race`, { n: 9 }, 1)).toBe(true);
    expect(await vault.writeSecret(`${path}/race`, { n: 9 }, 1)).toBe(false);
  });

  it("lists the names below a path, and none for an empty path", async () => {
    await vault.writeSecret(`${path}/runtime/b`, {}, 0);
    expect(await vault.listSecrets(path)).toContain("runtime/");
    expect(await vault.listSecrets("isp-nobody")).toEqual([]);
    expect(await vault.listSecrets("")).toContain(`${path}/`);
  });

  it("destroys a secret with all its versions, so that it can be created again", async () => {
    await vault.writeSecret(`${path}/gone`, { old: true }, 0);
    await vault.destroySecret(`${path}/gone`);
    await vault.destroySecret(`${path}/gone`);
    expect(await vault.readSecret(`${path}/gone`)).toBeUndefined();
    expect(await vault.writeSecret(`${path}/gone`, { old: false }, 0)).toBe(true);
  });

  it("treats a secret that is only marked as deleted as recoverable, not as missing", async () => {
    await vault.writeSecret(`${path}/marked`, { password: "x" }, 0);
    await asRoot("DELETE", `/v1/tenants/data/${path}/marked`);
    await expect(vault.readSecret(`${path}/marked`)).rejects.toMatchObject({
      name: "TerminalError",
      reason: "SecretDeleted",
      message: expect.stringContaining("vault kv undelete -versions=1"),
    });
    await asRoot("POST", `/v1/tenants/undelete/${path}/marked`, { versions: [1] });
    expect(await vault.readSecret(`${path}/marked`)).toMatchObject({ version: 1 });
  });

  it("wraps data keys with a key that can be destroyed", async () => {
    await vault.createTransitKey(path);
    await vault.createTransitKey(path);
    const [one, other] = [await vault.wrappedDataKey(path), await vault.wrappedDataKey(path)];
    expect(one).toMatch(/^vault:v1:/);
    expect(one).not.toBe(other);
    expect(await vault.hasTransitKey(path)).toBe(true);
    await vault.destroyTransitKey(path);
    await vault.destroyTransitKey(path);
    expect(await vault.hasTransitKey(path)).toBe(false);
  });
});

describe("a login to Vault", () => {
  it("happens once for many requests, and again after half of its time", async () => {
    const clock = new ManualClock();
    const logins = countedLogin({ ttlSeconds: 100, renewable: false });
    const vault = open(logins.login, clock);
    await Promise.all([1, 2, 3, 4].map(() => vault.readSecret("isp-x/a")));
    expect(logins.count()).toBe(1);
    clock.advance(51_000);
    await vault.readSecret("isp-x/a");
    expect(logins.count()).toBe(2);
  });

  it("is renewed rather than repeated when its token can be renewed", async () => {
    const clock = new ManualClock();
    const token = await periodicToken();
    const logins = countedLogin({ token, ttlSeconds: 3_600, renewable: true });
    const vault = open(logins.login, clock);
    await vault.readSecret("isp-x/a");
    clock.advance(1_801_000);
    await vault.readSecret("isp-x/a");
    expect(logins.count()).toBe(1);
  });

  it("is repeated when the token was revoked", async () => {
    const revoked = await periodicToken();
    await asRoot("POST", "/v1/auth/token/revoke", { token: revoked });
    const tokens = [revoked, inject("vault").rootToken];
    const vault = open(async () => ({ token: tokens.shift() ?? "", ttlSeconds: 0, renewable: false }));
    expect(await vault.readSecret("isp-x/a")).toBeUndefined();
    expect(tokens).toEqual([]);
  });
});

it("is verified by the present authorities, at new connections", async () => {
  const second = await createAuthority("The second");
  const { address: target, ca: first, rootToken: token } = inject("vault");
  const port = Number(new URL(target).port);
  const pair = await second.issue({ dnsNames: ["localhost"] });
  await using front = await startTlsFront({ host: "localhost", port, ca: first }, pair);
  let ca = first;
  const vault = connectVault({
    ...address(),
    address: `https://localhost:${front.port}`,
    ca: () => ca,
    login: async () => ({ token, ttlSeconds: 0, renewable: false }),
    clock: new ManualClock(),
  });
  const refused = { reason: "VaultUnavailable", message: expect.stringContaining("certificate") };
  await expect(vault.listSecrets("isp-nobody")).rejects.toMatchObject(refused);
  ca = first + second.certificate;
  expect(await vault.listSecrets("isp-nobody")).toEqual([]);
  ca = first;
  await expect(vault.listSecrets("isp-nobody")).rejects.toMatchObject(refused);
});

describe("a failure of Vault", () => {
  it("that is transient is marked so, and names the address but no token and no secret", async () => {
    const token = "the-token-itself";
    const vault = connectVault({
      ...address(),
      address: "https://localhost:1",
      login: async () => ({ token, ttlSeconds: 0, renewable: false }),
      clock: new ManualClock(),
    });
    const failure = await vault
      .writeSecret("isp-x/a", { password: "the-secret" }, 0)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: "RetryableError", reason: "VaultUnavailable" });
    const all = inspect(failure, { depth: 20, showHidden: true });
    expect(all).toContain("https://localhost:1");
    expect(all).not.toMatch(/the-token-itself|the-secret/);
  });

  it("by a missing right may be transient too", async () => {
    const vault = open(async () => ({ token: "no-token", ttlSeconds: 0, renewable: false }));
    await expect(vault.readSecret("isp-x/a")).rejects.toMatchObject({ reason: "VaultForbidden" });
  });

  it("is also a certificate of another authority", async () => {
    const { certificate } = await createAuthority("Another");
    const vault = connectVault({
      ...address(),
      ca: () => certificate,
      login: async () => ({ token: "x", ttlSeconds: 0, renewable: false }),
      clock: new ManualClock(),
    });
    await expect(vault.readSecret("isp-x/a")).rejects.toMatchObject({ reason: "VaultUnavailable" });
  });
});

function open(login: VaultLogin, clock = new ManualClock()): Vault {
  return connectVault({ ...address(), login, clock });
}

function address() {
  const { address, ca } = inject("vault");
  return { address, ca: () => ca, kvMount: "tenants", transitMount: "transit" };
}

function countedLogin(given: { token?: string; ttlSeconds: number; renewable: boolean }) {
  let count = 0;
  const login: VaultLogin = async () => {
    count += 1;
    return { token: inject("vault").rootToken, ...given };
  };
  return { login, count: () => count };
}

async function periodicToken(): Promise<string> {
  const answer = await asRoot("POST", "/v1/auth/token/create", {
    policies: ["root"],
    ttl: "1h",
    renewable: true,
  });
  return (answer as { auth: { client_token: string } }).auth.client_token;
}

async function asRoot(method: "POST" | "DELETE", path: string, body: object = {}): Promise<unknown> {
  const { ownAddress: origin, ca, rootToken } = inject("vault");
  const dispatcher = new Agent({ connect: { ca } });
  const answer = await request(`${origin}${path}`, {
    method,
    dispatcher,
    headers: { "x-vault-token": rootToken },
    body: JSON.stringify(body),
  });
  const text = await answer.body.text();
  await dispatcher.close();
  return text === "" ? undefined : JSON.parse(text);
}
