import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { Agent, fetch } from "undici";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { startFront } from "../../operator/src/front/testing/start-front.ts";
import { vaultAudience } from "../vault/configure-vault.ts";
import { startVault, type Vault } from "./vault.ts";
import { startVaultEdge } from "./vault-edge.ts";

/** With a platform's limits. The Vault that all tests share has wider ones. */
let connection: Vault;

/** Vault's answer to one login from this address of the machine. */
async function logIn(
  localAddress: string,
  jwt: string,
  port = vaultPort(),
): Promise<{ status: number; token: string }> {
  const dispatcher = new Agent({ localAddress, connect: { ca: connection.ca } });
  const response = await fetch(`https://127.0.0.1:${port}/v1/auth/kubernetes/login`, {
    method: "POST",
    dispatcher,
    body: JSON.stringify({ role: "tenant-runtime", jwt }),
  });
  const { auth } = (await response.json()) as { auth?: { client_token: string } };
  await dispatcher.close();
  return { status: response.status, token: auth?.client_token ?? "" };
}

function vaultPort(): string {
  return new URL(connection.address).port;
}

describe("logins to Vault as a tenant's runtime", () => {
  let jwt: string;

  beforeAll(async () => {
    connection = await startVault({ kubernetes: inject("kubernetes") });
    const config = new KubeConfig();
    config.loadFromFile(inject("kubernetes").kubeconfigPath);
    const core = config.makeApiClient(CoreV1Api);
    const namespace = "isp-flooding-eeeeeeeeee";
    await core.createNamespace({ body: { metadata: { name: namespace } } });
    await core.createNamespacedServiceAccount({ namespace, body: { metadata: { name: "runtime" } } });
    const body = { spec: { audiences: [vaultAudience] } };
    const { status } = await core.createNamespacedServiceAccountToken({ namespace, name: "runtime", body });
    jwt = status?.token ?? "";
  });

  afterAll(() => connection[Symbol.asyncDispose]());

  it("are refused to an address that floods, and to no other", async () => {
    const flood = await Promise.all(Array.from({ length: 60 }, () => logIn("127.0.0.66", jwt)));
    expect(flood.filter(({ status }) => status === 429).length).toBeGreaterThan(20);
    expect(flood.some(({ status }) => status === 200)).toBe(true);
    expect((await logIn("127.0.0.77", jwt)).status).toBe(200);
  });

  it("count by the client's address behind the front", async () => {
    const own = Number(new URL(connection.ownAddress).port);
    const { authority } = connection;
    await using edge = await startVaultEdge({ vaultPort: own, authority, behindFront: true });
    await using front = await startFront(Number(new URL(edge.address).port), {
      proxyProtocol: true,
      newConnections: { perSecond: 500, burst: 500 },
      connectionsPerSource: 100,
    });
    const through = (address: string) => logIn(address, jwt, String(front.port));
    const flood = await Promise.all(Array.from({ length: 60 }, () => through("127.0.0.67")));
    expect(flood.filter(({ status }) => status === 429).length).toBeGreaterThan(20);
    expect((await through("127.0.0.78")).status).toBe(200);
    expect((await logIn("127.0.0.1", jwt)).status).toBe(200);
  });

  it("give tokens that are not stored and end after ten minutes", async () => {
    const { status, token } = await logIn("127.0.0.79", jwt);
    expect(status).toBe(200);
    const dispatcher = new Agent({ connect: { ca: connection.ca } });
    const response = await fetch(`${connection.address}/v1/auth/token/lookup-self`, {
      dispatcher,
      headers: { "x-vault-token": token },
    });
    const { data, errors } = (await response.json()) as { data: Record<string, unknown>; errors?: unknown };
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ type: "batch", renewable: false });
    expect(data.ttl).toBeLessThanOrEqual(600);
    await dispatcher.close();
  });
});
