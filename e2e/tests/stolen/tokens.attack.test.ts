import { readFile } from "node:fs/promises";
import { Agent, request } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { IspClient } from "../../../harness/demo/isp-client.ts";
import { cluster, inPod } from "../testing/live-cluster.ts";
import {
  type Administrator,
  administrator,
  createCustomer,
  type SampleTenant,
} from "../testing/sample-tenant.ts";
import { sharedTenants } from "../testing/shared-tenants.ts";
import { passageScript } from "../testing/through-proxy.ts";
import { platformDoor } from "./platform-door.ts";

const mounted = ["vault", "egress"] as const;

describe("an attacker with the tokens of a tenant's pod", () => {
  let north: SampleTenant;
  let tokens: Record<(typeof mounted)[number], string>;

  beforeAll(async () => {
    ({ north } = await sharedTenants());
    tokens = await inPod(
      north.namespace,
      "deploy/runtime",
      `
      import { readFileSync } from "node:fs";
      const token = (name) => readFileSync("/var/run/dotmac/" + name + "/token", "utf8").trim();
      console.log(JSON.stringify({ vault: token("vault"), egress: token("egress") }));
    `,
    );
  });

  it.each(mounted)("is not authenticated by the Kubernetes API with the token for %s", async (name) => {
    const { server, ca } = await apiServer();
    // Over HTTP/2 the API server ends the whole connection of an unauthenticated client.
    const dispatcher = new Agent({ connect: { ca }, allowH2: false });
    const ask = (path: string) =>
      request(`${server}${path}`, { dispatcher, headers: { authorization: `Bearer ${tokens[name]}` } });
    const statuses = await Promise.all(
      [
        "/api/v1/namespaces",
        `/api/v1/namespaces/${north.namespace}/secrets`,
        "/apis/dotmac.io/v1alpha1/tenants",
      ].map(async (path) => {
        const answer = await ask(path);
        await answer.body.dump();
        return answer.statusCode;
      }),
    );
    await dispatcher.close();
    expect(statuses).toEqual([401, 401, 401]);
  });

  it.runIf(cluster.outside)("cannot log in to Vault with the token for the egress proxy", async () => {
    const login = (jwt: string, role: string) => vaultLogin(jwt, role);
    expect(await login(tokens.vault, "tenant-runtime")).toBe(200);
    // Vault answers 400 to a wrong audience and 403 to a wrong account. A limit or a fault is not a refusal.
    expect([400, 403]).toContain(await login(tokens.egress, "tenant-runtime"));
    expect([400, 403]).toContain(await login(tokens.vault, "dotmac-operator"));
  });

  it("cannot use the egress proxy with the token for Vault", async () => {
    const target = "203.0.113.10:80";
    const passages = await inPod<Record<string, { status: number; reason: string }>>(
      north.namespace,
      "deploy/runtime",
      passageScript([target], { token: tokens.vault }),
    );
    expect(passages[target]?.status).toBe(407);
  });
});

describe("an attacker with an access token of a tenant's staff", () => {
  let north: SampleTenant;
  let south: SampleTenant;
  let staff: Administrator;

  beforeAll(async () => {
    ({ north, south } = await sharedTenants());
    staff = await administrator(north);
  });

  afterAll(() => staff?.[Symbol.asyncDispose]());

  it("is not authenticated by the neighbour's API, but by the own ISP's", async () => {
    const other = new IspClient(south.endpoint);
    await other.served();
    const ask = (client: IspClient) => client.call("GET", "/customers", { token: staff.token });
    expect((await ask(staff.client)).status).toBe(200);
    expect((await ask(other)).status).toBe(401);
    await other.close();
  });

  it("gets only the own ISP's data, even with a proxy's header that names another host", async () => {
    await using other = await administrator(south);
    const [own, others] = await Promise.all([createCustomer(staff), createCustomer(other)]);
    const headers = { "x-forwarded-host": south.host, "x-original-host": south.host };
    const answer = await staff.client.call("GET", "/customers", { token: staff.token, headers });
    expect(answer.status).toBe(200);
    const listed = answer.body.data.map(({ id }: { id: string }) => id);
    expect(listed).toContain(own);
    expect(listed).not.toContain(others);
    const foreign = await staff.client.call("GET", `/customers/${others}`, { token: staff.token, headers });
    expect(foreign.status).toBe(404);
  });
});

async function apiServer(): Promise<{ server: string; ca: Buffer }> {
  const { clusters } = parse(await readFile(cluster.kubeconfig, "utf8"));
  const { server, "certificate-authority-data": data, "certificate-authority": file } = clusters[0].cluster;
  return { server, ca: data === undefined ? await readFile(file) : Buffer.from(data, "base64") };
}

/** The status of a login to Vault with that token. */
async function vaultLogin(jwt: string, role: string): Promise<number> {
  await using door = await platformDoor("vault", 8200);
  const dispatcher = new Agent({
    connect: { ca: cluster.ca, servername: "vault.dotmac-system.svc.cluster.local" },
  });
  const answer = await request(`https://${door.host}:${door.port}/v1/auth/kubernetes/login`, {
    method: "POST",
    dispatcher,
    body: JSON.stringify({ role, jwt }),
  });
  await answer.body.dump();
  await dispatcher.close();
  return answer.statusCode;
}
