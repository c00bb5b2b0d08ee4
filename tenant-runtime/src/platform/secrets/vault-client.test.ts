import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { createAuthority } from "../../../../harness/authority/authority.ts";
import { startTlsFront } from "../../../../harness/services/network/tls-front.ts";
import type {} from "../../../../harness/services/vitest.ts";
import type { Clock } from "../../../../process/clock.ts";
import { jsonRequest } from "../../../test/testing/process/json-request.ts";
import { createTestTenant, type TestTenant } from "../../../test/testing/process/test-tenant.ts";
import { VaultClient } from "./vault-client.ts";

/** A role for an organisation's own Vault, whose tokens are stored, renewed and revoked. */
const keepingRole = "tenant-runtime-kept";

let tenant: TestTenant;
let tokenFile: string;
beforeAll(async () => {
  tenant = await createTestTenant();
  tokenFile = join(await mkdtemp(join(tmpdir(), "dotmac-vault-")), "token");
  await writeFile(tokenFile, tenant.vaultToken);
  const { ownAddress: address, rootToken, ca } = inject("vault");
  await jsonRequest(`${address}/v1/auth/kubernetes/role/${keepingRole}`, {
    method: "POST",
    headers: { "X-Vault-Token": rootToken },
    body: {
      bound_service_account_names: ["runtime"],
      bound_service_account_namespaces: ["*"],
      audience: "vault",
      token_policies: ["tenant-runtime"],
      token_ttl: "1h",
      token_max_ttl: "24h",
    },
    ca,
  });
});
afterAll(async () => {
  await rm(dirname(tokenFile), { recursive: true });
  await tenant[Symbol.asyncDispose]();
});

/** A clock that the test sets. */
function movableClock(): Clock & { ms: number } {
  return {
    ms: 0,
    now: () => new Date(),
    monotonic: function () {
      return this.ms;
    },
  };
}

function client(settings: object = {}, clock: Clock = movableClock()): VaultClient {
  const { vault } = tenant.tenantFile;
  return new VaultClient({ ...vault, ca: () => tenant.ca, tokenFile, ...settings }, clock);
}

const wrapped = () => (tenant.secrets["encryption.json"] as { dataKey: string }).dataKey;

/** The number of tokens of the tenant's service account. */
async function heldTokens(): Promise<number> {
  const { ownAddress: address, rootToken, ca } = inject("vault");
  const ask = <Data>(path: string, method: string, body?: object) =>
    jsonRequest<{ data?: Data }>(`${address}/v1/auth/token/${path}`, {
      method,
      headers: { "X-Vault-Token": rootToken },
      body,
      ca,
    });
  const { body } = await ask<{ keys: string[] }>("accessors", "LIST");
  const found = await Promise.all(
    (body.data?.keys ?? []).map((accessor) =>
      ask<{ meta?: { service_account_namespace?: string } }>("lookup-accessor", "POST", { accessor }),
    ),
  );
  return found.filter(({ body }) => body.data?.meta?.service_account_namespace === tenant.namespace).length;
}

describe("the Vault client", () => {
  it("unwraps the keys of the tenant with one login for several, and revokes its token at the end", async () => {
    const vault = client({ role: keepingRole });
    const keys = await Promise.all([vault.unwrap(wrapped()), vault.unwrap(wrapped())]);
    expect(keys.map(({ length }) => length)).toEqual([32, 32]);
    expect(keys[0]).toEqual(keys[1]);
    expect(await heldTokens()).toBe(1);
    await vault.close();
    expect(await heldTokens()).toBe(0);
  });

  it("renews its token in the second half of its life, and logs in again after the end of that life", async () => {
    const clock = movableClock();
    const vault = client({ role: keepingRole }, clock);
    await vault.unwrap(wrapped());
    clock.ms = 31 * 60 * 1_000;
    await vault.unwrap(wrapped());
    expect(await heldTokens()).toBe(1);
    clock.ms = 5 * 60 * 60 * 1_000;
    await vault.unwrap(wrapped());
    expect(await heldTokens()).toBe(2);
    await vault.close();
  });

  it("logs in again in the second half of the life of a token that Vault does not renew", async () => {
    const { address, ca } = inject("vault");
    const authority = await createAuthority("A front");
    const target = { host: "localhost", port: Number(new URL(address).port), ca };
    await using front = await startTlsFront(target, await authority.issue({ dnsNames: ["localhost"] }));
    const clock = movableClock();
    const settings = { address: `https://localhost:${front.port}`, ca: () => authority.certificate };
    const vault = client(settings, clock);
    // Each request is a separate connection: a login and an answer, an answer, a login and an answer.
    for (const [minutes, requests] of [
      [0, 2],
      [4, 3],
      [6, 5],
    ] as const) {
      clock.ms = minutes * 60_000;
      expect(await vault.unwrap(wrapped())).toHaveLength(32);
      expect(front.trusted).toBe(requests);
    }
    await vault.close();
    expect(front.trusted).toBe(5);
  });

  it("logs in again when its token was revoked", async () => {
    const vault = client({ role: keepingRole });
    await vault.unwrap(wrapped());
    const { ownAddress: address, rootToken, ca } = inject("vault");
    await jsonRequest(`${address}/v1/sys/leases/revoke-prefix/auth/kubernetes`, {
      method: "PUT",
      headers: { "X-Vault-Token": rootToken },
      ca,
    });
    expect(await vault.unwrap(wrapped())).toHaveLength(32);
    await vault.close();
  });

  it("trusts the present authorities of the file", async () => {
    const second = await createAuthority("The second");
    const { address, ca } = inject("vault");
    const target = { host: "localhost", port: Number(new URL(address).port), ca };
    await using front = await startTlsFront(target, await second.issue({ dnsNames: ["localhost"] }));
    let bundle = ca;
    const vault = client({ address: `https://localhost:${front.port}`, ca: () => bundle });
    const refused = { cause: { message: expect.stringMatching(/certificate/) } };
    await expect(vault.unwrap(wrapped())).rejects.toMatchObject(refused);
    bundle += second.certificate;
    expect(await vault.unwrap(wrapped())).toHaveLength(32);
    bundle = ca;
    await expect(vault.unwrap(wrapped())).rejects.toMatchObject(refused);
    await vault.close();
  });

  it.each([
    ["another tenant's key", { transitKey: "isp-south-aaaaaaaaaa" }, /answered 403/],
    ["an unknown role", { role: "nobody" }, /answered 400.*login/],
    ["an address without a server", { address: "https://localhost:1" }, /ECONNREFUSED/],
    ["an authority it does not trust", { ca: () => "" }, /certificate/],
  ])(
    "with %s says that the keys are unavailable, and writes the reason to the log only",
    async (_what, settings, reason) => {
      const vault = client(settings);
      const failure = await vault.unwrap(wrapped()).catch((error: Error) => error);
      expect(failure).toMatchObject({
        code: "KEYS_UNAVAILABLE",
        cause: { message: expect.stringMatching(reason) },
      });
      await vault.close();
    },
  );
});
