import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { Agent } from "undici";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { vaultAudience } from "../vault/configure-vault.ts";
import { VaultApi } from "../vault/vault-api.ts";

// Behind the edge, which would refuse most of these requests by their path: Vault's own policies must suffice.
const { ownAddress: address, ca } = inject("vault");
const forbidden = { status: 403 };

/** Logs in with the token of a service account, as a pod does. */
async function logIn(...account: Parameters<typeof tokenOf>): Promise<VaultApi> {
  await using vault = new VaultApi({ address, ca });
  return vault.as(await tokenOf(...account));
}

async function tokenOf(
  role: string,
  namespace: string,
  name: string,
  audience = vaultAudience,
): Promise<string> {
  const config = new KubeConfig();
  config.loadFromFile(inject("kubernetes").kubeconfigPath);
  const core = config.makeApiClient(CoreV1Api);
  await core.createNamespace({ body: { metadata: { name: namespace } } }).catch(() => {});
  await core.createNamespacedServiceAccount({ namespace, body: { metadata: { name } } }).catch(() => {});
  const body = { spec: { audiences: [audience] } };
  const { status } = await core.createNamespacedServiceAccountToken({ namespace, name, body });
  await using vault = new VaultApi({ address, ca });
  const { auth } = await vault.request<{ auth: { client_token: string } }>("POST", "auth/kubernetes/login", {
    role,
    jwt: status?.token,
  });
  return auth.client_token;
}

/** The status of a request with exactly this path. A URL object would remove the dots. */
async function statusOf(path: string, token: string): Promise<number> {
  const dispatcher = new Agent({ connect: { ca } });
  const headers = { "x-vault-token": token };
  const { statusCode } = await dispatcher.request({
    origin: address,
    path: `/v1/${path}`,
    method: "GET",
    headers,
  });
  await dispatcher.close();
  return statusCode;
}

describe("the policies that the platform writes into Vault", () => {
  let operator: VaultApi;
  let north: VaultApi;
  let south: VaultApi;
  let wrapped: string;

  beforeAll(async () => {
    operator = await logIn("dotmac-operator", "dotmac-system", "dotmac-operator");
    north = await logIn("tenant-runtime", "isp-north-aaaaaaaaaa", "runtime");
    south = await logIn("tenant-runtime", "isp-south-bbbbbbbbbb", "runtime");
    await operator.request("POST", "tenants/data/isp-north-aaaaaaaaaa/runtime/encryption", {
      data: { password: "x" },
    });
    await operator.request("POST", "tenants/data/isp-north-aaaaaaaaaa/operator/admin", {
      data: { password: "y" },
    });
    await operator.request("POST", "transit/keys/isp-north-aaaaaaaaaa", {});
    const answer = await operator.request<{ data: { ciphertext: string } }>(
      "POST",
      "transit/datakey/wrapped/isp-north-aaaaaaaaaa",
      {},
    );
    wrapped = answer.data.ciphertext;
  });
  afterAll(async () => {
    await Promise.all([operator, north, south].map((api) => api?.[Symbol.asyncDispose]()));
  });

  it("let a runtime read its own secrets and unwrap its own data key", async () => {
    const read = await north.request<{ data: { data: object } }>(
      "GET",
      "tenants/data/isp-north-aaaaaaaaaa/runtime/encryption",
    );
    expect(read.data.data).toEqual({ password: "x" });
    const unwrapped = await north.request<{ data: { plaintext: string } }>(
      "POST",
      "transit/decrypt/isp-north-aaaaaaaaaa",
      { ciphertext: wrapped },
    );
    expect(Buffer.from(unwrapped.data.plaintext, "base64")).toHaveLength(32);
  });

  it.each([
    ["GET", "tenants/data/isp-north-aaaaaaaaaa/runtime/encryption"],
    ["GET", "tenants/metadata/isp-north-aaaaaaaaaa/runtime/encryption"],
    ["LIST", "tenants/metadata"],
    ["POST", "transit/decrypt/isp-north-aaaaaaaaaa"],
    ["LIST", "transit/keys"],
  ] as const)("refuse another tenant's runtime %s %s", async (method, path) => {
    await expect(
      south.request(method, path, method === "POST" ? { ciphertext: wrapped } : undefined),
    ).rejects.toMatchObject(forbidden);
  });

  it("give the same answer for an existing and a missing secret of another tenant, with dots in the path", async () => {
    const token = await tokenOf("tenant-runtime", "isp-south-bbbbbbbbbb", "runtime");
    const own = "tenants/data/isp-south-bbbbbbbbbb/runtime";
    expect(await statusOf(`${own}/encryption`, token)).toBe(404);
    for (const version of [1, 9])
      expect(
        await statusOf(`${own}/%2e%2e/%2e%2e/isp-north-aaaaaaaaaa/operator/admin?version=${version}`, token),
      ).toBe(403);
  });

  it.each([
    ["GET", "tenants/data/isp-north-aaaaaaaaaa/operator/admin"],
    ["POST", "tenants/data/isp-north-aaaaaaaaaa/runtime/encryption"],
    ["POST", "transit/datakey/wrapped/isp-north-aaaaaaaaaa"],
    ["POST", "transit/encrypt/isp-north-aaaaaaaaaa"],
  ] as const)("refuse a runtime, on its own paths, %s %s", async (method, path) => {
    await expect(
      north.request(method, path, method === "POST" ? { data: {} } : undefined),
    ).rejects.toMatchObject(forbidden);
  });

  it.each([
    ["POST", "transit/decrypt/isp-north-aaaaaaaaaa"],
    ["POST", "transit/datakey/plaintext/isp-north-aaaaaaaaaa"],
    ["POST", "transit/rewrap/isp-north-aaaaaaaaaa"],
    ["GET", "transit/export/encryption-key/isp-north-aaaaaaaaaa"],
    ["GET", "transit/backup/isp-north-aaaaaaaaaa"],
    ["GET", "sys/policies/acl/tenant-runtime"],
    ["PUT", "sys/policies/acl/tenant-runtime"],
    ["POST", "auth/kubernetes/role/tenant-runtime"],
    ["POST", "auth/token/create"],
    ["GET", "sys/mounts"],
  ] as const)("refuse the operator %s %s", async (method, path) => {
    await expect(
      operator.request(method, path, method === "GET" ? undefined : { ciphertext: wrapped }),
    ).rejects.toMatchObject(forbidden);
  });

  it("refuse the operator an exportable key, now or later", async () => {
    const path = "transit/keys/isp-east-cccccccccc";
    await expect(operator.request("POST", path, { exportable: true })).rejects.toMatchObject(forbidden);
    await operator.request("POST", path, {});
    await expect(operator.request("POST", `${path}/config`, { exportable: true })).rejects.toMatchObject(
      forbidden,
    );
    await expect(
      operator.request("POST", `${path}/config`, { allow_plaintext_backup: true }),
    ).rejects.toMatchObject(forbidden);
  });

  it("let the operator destroy a tenant's key", async () => {
    const path = "transit/keys/isp-west-dddddddddd";
    await operator.request("POST", path, {});
    await operator.request("POST", `${path}/config`, { deletion_allowed: true });
    await operator.request("DELETE", path);
    expect(await operator.find(path)).toBeUndefined();
  });

  it.each([
    ["a token for another audience", "tenant-runtime", "isp-north-aaaaaaaaaa", "runtime", "api"],
    [
      "another service account of a tenant",
      "tenant-runtime",
      "isp-north-aaaaaaaaaa",
      "migrator",
      vaultAudience,
    ],
    [
      "the operator's name in another namespace",
      "dotmac-operator",
      "default",
      "dotmac-operator",
      vaultAudience,
    ],
  ])("refuse %s", async (_, role, namespace, name, audience) => {
    await expect(logIn(role, namespace, name, audience)).rejects.toMatchObject({ name: "VaultError" });
  });
});
