import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { IspClient } from "../../harness/demo/isp-client.ts";
import { until } from "../../harness/machine/until.ts";
import { apply, breakGlass, kubectl, read } from "./testing/live-cluster.ts";
import {
  accessToken,
  administrator,
  createCustomer,
  deleted,
  existingTenant,
  ready,
  type SampleTenant,
  sampleTenant,
  tenantManifest,
  uniqueName,
} from "./testing/sample-tenant.ts";

const cleanUp: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const release of cleanUp.splice(0).reverse()) await release();
});

async function disposable(tenant: Promise<SampleTenant>): Promise<SampleTenant> {
  const made = await tenant;
  cleanUp.push(async () => made[Symbol.asyncDispose]());
  return made;
}

interface Pod {
  readonly spec: {
    readonly containers: readonly { readonly resources: { readonly limits: { readonly cpu: string } } }[];
  };
}

/** The condition of one type, or undefined. */
async function condition(name: string, type: string) {
  const { status } = await read("tenant", name);
  return status?.conditions?.find((one: { type: string }) => one.type === type);
}

async function becomes(name: string, type: string, wanted: Readonly<Record<string, unknown>>) {
  return until(
    `${type} of ${name} to be ${JSON.stringify(wanted)}`,
    async () => {
      const found = await condition(name, type);
      const matches = Object.entries(wanted).every(([field, value]) => found?.[field] === value);
      return matches ? found : undefined;
    },
    { seconds: 120, everyMs: 250 },
  );
}

describe("an owned object that was changed or deleted by hand", () => {
  let tenant: SampleTenant;

  beforeAll(async () => {
    tenant = await sampleTenant("drift");
  });

  afterAll(async () => {
    await tenant?.[Symbol.asyncDispose]();
  });

  it.each([
    ["networkpolicy", "deny-all"],
    ["resourcequota", "tenant"],
    ["limitrange", "tenant"],
    ["serviceaccount", "runtime"],
    ["configmap", "runtime"],
    ["configmap", "platform-ca"],
    ["secret", "runtime"],
    ["secret", "gateway-tls"],
    ["service", "runtime"],
    ["poddisruptionbudget", "runtime"],
    ["ingress", "runtime"],
    ["deployment", "runtime"],
  ])(
    "is restored: %s %s",
    async (kind, object) => {
      const before = await read(kind, object, "-n", tenant.namespace);
      await kubectl("delete", kind, object, "-n", tenant.namespace, ...breakGlass);
      const after = await until(
        `${kind} ${object} to come back`,
        async () => {
          const found = await read(kind, object, "-n", tenant.namespace).catch(() => undefined);
          return found !== undefined && found.metadata.uid !== before.metadata.uid ? found : undefined;
        },
        { seconds: 60 },
      );
      expect(after.metadata.labels).toEqual(before.metadata.labels);
      await ready(tenant.name);
    },
    120_000,
  );

  it("is restored: a label of the namespace", async () => {
    const label = "pod-security.kubernetes.io/enforce";
    await kubectl(
      "label",
      "namespace",
      tenant.namespace,
      `${label}=privileged`,
      "--overwrite",
      ...breakGlass,
    );
    await until("the label to be restricted again", async () => {
      const { metadata } = await read("namespace", tenant.namespace);
      return metadata.labels[label] === "restricted" ? true : undefined;
    });
  });
});

describe("a change of the plan", () => {
  it("reaches the pods", async () => {
    const plan = uniqueName("growing");
    const manifest = (cpu: string) => ({
      apiVersion: "dotmac.io/v1alpha1",
      kind: "TenantPlan",
      metadata: { name: plan },
      spec: {
        runtime: {
          replicas: 1,
          resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { cpu, memory: "320Mi" } },
        },
      },
    });
    await apply(manifest("400m"));
    cleanUp.push(() => kubectl("delete", "tenantplan", plan));
    const tenant = await disposable(sampleTenant("plan", { plan }));
    await apply(manifest("450m"));
    await until(
      "a ready pod with the new limit and no other",
      async () => {
        const { items } = await read(
          "pods",
          "-n",
          tenant.namespace,
          "-l",
          "app.kubernetes.io/component=runtime",
        );
        const limits = items.map((pod: Pod) => pod.spec.containers[0]?.resources.limits.cpu);
        return limits.length === 1 && limits[0] === "450m" ? true : undefined;
      },
      { seconds: 90 },
    );
    await ready(tenant.name);
  });
});

describe("an image that cannot be pulled", () => {
  it("leaves the old pods serving, and the condition Ready names the image", async () => {
    const tenant = await disposable(sampleTenant("image"));
    await using admin = await administrator(tenant);
    await apply(
      tenantManifest(tenant.name, { runtime: { image: "localhost/dotmac/tenant-runtime:no-such-version" } }),
    );
    const trouble = await until(
      "the condition to name the image",
      async () => {
        const found = await condition(tenant.name, "Ready");
        return found?.status === "False" && found.message.includes("no-such-version") ? found : undefined;
      },
      { seconds: 120, everyMs: 250 },
    );
    expect(trouble.reason).toMatch(/^(ErrImagePull|ImagePullBackOff)$/);
    const answer = await admin.client.call("GET", "/auth/me", { token: admin.token });
    expect(answer.status).toBe(200);
  });
});

describe("two tenants that claim one host", () => {
  it("leave the host with the first tenant, and the second one stalls", async () => {
    const first = await disposable(sampleTenant("host-first"));
    const second = uniqueName("host-second");
    await apply(tenantManifest(second, { hosts: [first.host] }));
    cleanUp.push(() => deleted(second));
    const stalled = await becomes(second, "Stalled", { status: "True", reason: "HostTaken" });
    expect(stalled.message).toContain(first.name);
    expect(await condition(first.name, "Ready")).toMatchObject({ status: "True" });

    await deleted(first.name);
    await ready(second);
  });
});

describe("a deleted tenant", () => {
  it("keeps its data by default, gets empty data under the same name, and gets the old data back by adoptFrom", async () => {
    const name = uniqueName("retained");
    const manifest = (spec = {}) => {
      const { deletionPolicy: _policy, deletionGrace: _grace, ...rest } = tenantManifest(name, spec).spec;
      return { ...tenantManifest(name), spec: rest };
    };
    await apply(manifest());
    cleanUp.push(async () => deleted(name));
    await ready(name);
    const old = await existingTenant(name);
    const { customerId, login } = await signUp(old);
    await deleted(name);
    await expect(read("namespace", old.namespace)).rejects.toThrow(/NotFound/);

    await apply(manifest());
    await ready(name);
    const fresh = await existingTenant(name);
    expect(fresh.id).not.toBe(old.id);
    {
      await using admin = await administrator(fresh);
      const answer = await admin.client.call("GET", `/customers/${customerId}`, { token: admin.token });
      expect(answer.status).toBe(404);
    }
    await deleted(name);

    await apply(manifest({ adoptFrom: old.id }));
    await ready(name);
    const adopted = await existingTenant(name);
    expect(adopted.id).toBe(old.id);
    await using client = new IspClient(adopted.endpoint);
    await client.served();
    const token = await accessToken(client, login);
    const found = await client.call("GET", `/customers/${customerId}`, { token });
    expect(found.status).toBe(200);
    expect(found.body.data.attributes.email).toBe("amina.bello@example.com");
  });
});

async function signUp(tenant: SampleTenant) {
  await using admin = await administrator(tenant);
  return { customerId: await createCustomer(admin), login: admin.login };
}
