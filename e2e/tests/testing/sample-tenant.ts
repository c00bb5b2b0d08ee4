import { randomBytes } from "node:crypto";
import { tenantNamespace } from "../../../contract/tenant-ids.ts";
import { type Endpoint, expectStatus, IspClient } from "../../../harness/demo/isp-client.ts";
import { apply, cluster, kubectl, read } from "./live-cluster.ts";

/** A tenant for one test, as a platform admin sees it. */
export interface SampleTenant extends AsyncDisposable {
  readonly name: string;
  readonly id: string;
  readonly namespace: string;
  readonly host: string;
  readonly endpoint: Endpoint;
}

/** A name that no other test uses. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomBytes(3).toString("hex")}`;
}

/** The manifest of a tenant that leaves nothing behind after its deletion. `spec` overrides its fields. */
export function tenantManifest(name: string, spec: Readonly<Record<string, unknown>> = {}) {
  return {
    apiVersion: "dotmac.io/v1alpha1",
    kind: "Tenant",
    metadata: { name },
    spec: {
      displayName: `Test ISP ${name}`,
      plan: "small",
      hosts: [`${name}.isp.test`],
      adminEmail: `admin@${name}.isp.test`,
      currency: "EUR",
      timeZone: "Europe/Paris",
      country: "FR",
      deletionPolicy: "Delete",
      deletionGrace: "0s",
      ...spec,
    },
  };
}

/** Creates a tenant, waits until it is Ready, and deletes it when its scope ends. */
export async function sampleTenant(
  prefix: string,
  spec: Readonly<Record<string, unknown>> = {},
): Promise<SampleTenant> {
  const name = uniqueName(prefix);
  await apply(tenantManifest(name, spec));
  await ready(name);
  return existingTenant(name);
}

/** An existing tenant that is Ready. Disposing deletes the Tenant. */
export async function existingTenant(name: string): Promise<SampleTenant> {
  const tenant = await read("tenant", name);
  const host: string = tenant.spec.hosts[0];
  return {
    name,
    id: tenant.status.id,
    namespace: tenantNamespace(name, tenant.status.id),
    host,
    endpoint: { host, address: cluster.gateway.address, port: cluster.gateway.port, ca: cluster.ca },
    [Symbol.asyncDispose]: () => deleted(name),
  };
}

/** Waits until the tenant is Ready for its present generation, as a person or a pipeline would. */
export async function ready(name: string, seconds = 120): Promise<void> {
  await kubectl("wait", `tenant/${name}`, "--for=condition=Ready", `--timeout=${seconds}s`);
}

/** Deletes the tenant and waits until none of its objects exists in Kubernetes. */
export async function deleted(name: string): Promise<void> {
  await kubectl("delete", "tenant", name, "--ignore-not-found", "--timeout=120s");
}

/** The first administrator's login, which only a platform admin can read. */
async function firstAdmin(name: string): Promise<{ readonly email: string; readonly password: string }> {
  const { data } = await read("secret", name, "-n", "dotmac-admins");
  const clear = (key: string) => Buffer.from(data[key], "base64").toString();
  return { email: clear("email"), password: clear("password") };
}

/** The ISP's own administrator, signed in. */
export interface Administrator extends AsyncDisposable {
  readonly client: IspClient;
  readonly token: string;
  readonly login: { readonly email: string; readonly password: string };
}

/**
 * Logs in and returns a client with a token that has all rights. Replaces the one-time password at the first login.
 */
export async function administrator(tenant: SampleTenant): Promise<Administrator> {
  const client = new IspClient(tenant.endpoint);
  const { email, password } = await firstAdmin(tenant.name);
  await client.served();
  const login = { email, password: `correct-horse-${tenant.id}` };
  const first = client.call("POST", "/auth/login", { body: { email, password } });
  // An earlier test file has replaced the one-time password of a shared tenant.
  const replaced = (await first).status === 401;
  const token = replaced
    ? await accessToken(client, login)
    : await passwordReplaced(client, await tokenOf(first), password, login.password);
  return { client, token, login, [Symbol.asyncDispose]: () => client.close() };
}

/** Replaces a password and returns the new access token. */
async function passwordReplaced(
  client: IspClient,
  token: string,
  currentPassword: string,
  newPassword: string,
): Promise<string> {
  const body = { currentPassword, newPassword };
  return tokenOf(client.call("POST", "/auth/password", { token, body }));
}

/** The access token of an answer to a login. @throws when its status is not 200. */
async function tokenOf(answer: ReturnType<IspClient["call"]>): Promise<string> {
  return (await expectStatus(200, answer)).body.data.attributes.accessToken;
}

/** Logs in and returns the access token. */
export async function accessToken(client: IspClient, login: Administrator["login"]): Promise<string> {
  return tokenOf(client.call("POST", "/auth/login", { body: login }));
}

/** Creates a customer that identifies the data later, and returns the id. */
export async function createCustomer({ client, token }: Administrator): Promise<string> {
  const body = {
    type: "person",
    name: "Amina Bello",
    email: "amina.bello@example.com",
    phone: "+33 6 12 34 56 78",
  };
  const answer = await expectStatus(201, client.call("POST", "/customers", { token, body }));
  return answer.body.data.id;
}
