import { beforeAll, describe, expect, it } from "vitest";
import { apply, inPod, kubectl, read } from "./testing/live-cluster.ts";
import type { SampleTenant } from "./testing/sample-tenant.ts";
import { sharedTenants } from "./testing/shared-tenants.ts";

const vault = "https://vault.dotmac-system.svc.cluster.local:8200";

/** Logs in to Vault as its own pod, then prints the status of each request, by name. */
function vaultScript(
  requests: Readonly<Record<string, { method: string; path: string; body?: unknown }>>,
): string {
  return `
    import { readFileSync } from "node:fs";
    import { request } from "node:https";
    const ca = readFileSync("/etc/dotmac/ca/ca.crt");
    const jwt = readFileSync("/var/run/dotmac/vault/token", "utf8").trim();
    const ask = (method, path, body, token) => new Promise((resolve, reject) => {
      const sent = request("${vault}/v1/" + path, { method, ca, headers: token ? { "x-vault-token": token } : {} }, (answer) => {
        let text = "";
        answer.on("data", (part) => (text += part)).on("end", () => resolve({ status: answer.statusCode, text }));
      });
      sent.on("error", reject).end(body === undefined ? undefined : JSON.stringify(body));
    });
    const login = await ask("POST", "auth/kubernetes/login", { role: "tenant-runtime", jwt });
    const token = JSON.parse(login.text).auth.client_token;
    const statuses = {};
    for (const [name, { method, path, body }] of Object.entries(${JSON.stringify(requests)})) {
      statuses[name] = (await ask(method, path, body, token)).status;
    }
    console.log(JSON.stringify(statuses));
  `;
}

describe("a tenant's identity", () => {
  let a: SampleTenant;
  let b: SampleTenant;

  beforeAll(async () => {
    ({ north: a, south: b } = await sharedTenants());
  });

  it("reads its own secrets in Vault, but none of another tenant or the operator", async () => {
    const ciphertext = async (tenant: SampleTenant) => {
      const secret = await read("secret", "runtime", "-n", tenant.namespace);
      return JSON.parse(Buffer.from(secret.data["encryption.json"], "base64").toString()).dataKey as string;
    };
    const statuses = await inPod(
      a.namespace,
      "deploy/runtime",
      vaultScript({
        ownSecret: { method: "GET", path: `tenants/data/${a.namespace}/runtime/encryption` },
        ownKey: {
          method: "POST",
          path: `transit/decrypt/${a.namespace}`,
          body: { ciphertext: await ciphertext(a) },
        },
        othersSecret: { method: "GET", path: `tenants/data/${b.namespace}/runtime/encryption` },
        othersKey: {
          method: "POST",
          path: `transit/decrypt/${b.namespace}`,
          body: { ciphertext: await ciphertext(b) },
        },
        othersNames: { method: "LIST", path: "tenants/metadata" },
        operatorsSecret: { method: "GET", path: `tenants/data/${a.namespace}/operator/admin` },
        ownSecretWritten: {
          method: "POST",
          path: `tenants/data/${a.namespace}/runtime/encryption`,
          body: { data: {} },
        },
        policies: { method: "LIST", path: "sys/policies/acl" },
      }),
    );
    expect(statuses).toEqual({
      ownSecret: 200,
      ownKey: 200,
      othersSecret: 403,
      othersKey: 403,
      othersNames: 403,
      operatorsSecret: 403,
      ownSecretWritten: 403,
      policies: 403,
    });
  });

  it.each(["runtime", "migrator"])("has no rights in Kubernetes as %s", async (account) => {
    const as = `--as=system:serviceaccount:${a.namespace}:${account}`;
    const can = async (namespace: string, verb: string, resource: string, ...who: readonly string[]) =>
      kubectl("auth", "can-i", verb, resource, "-n", namespace, ...who).catch(
        (error) => error.stdout as string,
      );
    for (const namespace of [a.namespace, b.namespace, "dotmac-system"]) {
      for (const resource of ["secrets", "configmaps", "pods", "pods/exec", "serviceaccounts/token"]) {
        expect(await can(namespace, "get", resource, as), `${resource} in ${namespace}`).toBe("no");
      }
      expect(await can(namespace, "get", "secrets"), "the administrator, as a control").toBe("yes");
    }
    expect(await can(a.namespace, "list", "tenants.dotmac.io", as)).toBe("no");
  });

  it("has no Kubernetes token in its pod", async () => {
    const files = await inPod<string[]>(
      a.namespace,
      "deploy/runtime",
      `
      import { existsSync } from "node:fs";
      console.log(JSON.stringify(
        ["/var/run/secrets/kubernetes.io/serviceaccount/token", "/var/run/dotmac/vault/token"].filter(existsSync),
      ));
    `,
    );
    expect(files).toEqual(["/var/run/dotmac/vault/token"]);
  });

  it("cannot get wider network access by an added network policy, unlike a pod in a namespace without rules", async () => {
    const openPolicy = {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "open", namespace: a.namespace },
      spec: { podSelector: {}, egress: [{}], policyTypes: ["Egress"] },
    };
    await expect(apply(openPolicy)).rejects.toThrow(/ValidatingAdmissionPolicy/);
    await apply({ ...openPolicy, metadata: { name: "open", namespace: "default" } });
    await kubectl("delete", "networkpolicy", "open", "-n", "default");
  });

  it("writes no password into a log of its pods or of the operator", async () => {
    const secret = await read("secret", "runtime", "-n", a.namespace);
    const password: string = JSON.parse(
      Buffer.from(secret.data["database.json"], "base64").toString(),
    ).password;
    const logs = await Promise.all([
      kubectl("logs", "-n", a.namespace, "deploy/runtime", "--tail=-1"),
      kubectl("logs", "-n", "dotmac-system", "-l", "app.kubernetes.io/name=dotmac-operator", "--tail=-1"),
    ]);
    expect(password.length).toBeGreaterThan(20);
    for (const log of logs) {
      expect(log).toContain(a.name);
      expect(log).not.toContain(password);
    }
  });
});
