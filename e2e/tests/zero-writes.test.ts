import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../../harness/machine/until.ts";
import { apply, breakGlass, cluster, kubectl, read } from "./testing/live-cluster.ts";
import {
  deleted,
  ready,
  type SampleTenant,
  sampleTenant,
  tenantManifest,
  uniqueName,
} from "./testing/sample-tenant.ts";

const operator = "system:serviceaccount:dotmac-system:dotmac-operator";

interface AuditEvent {
  readonly stage: string;
  readonly verb: string;
  readonly requestURI: string;
  readonly user: { readonly username: string };
  readonly requestReceivedTimestamp: string;
}

/** The operator's writes since `start` in the audit log, without its Lease and its Events. */
async function writesSince(start: Date): Promise<string[]> {
  const lines = (await readFile(cluster.auditLog ?? "", "utf8")).split("\n").filter((line) => line !== "");
  return lines
    .map((line) => JSON.parse(line) as AuditEvent)
    .filter(({ stage, user }) => stage === "ResponseComplete" && user.username === operator)
    .filter(({ requestReceivedTimestamp }) => new Date(requestReceivedTimestamp) >= start)
    .filter(({ requestURI }) => !/\/leases\/|\/leases\?|\/events/.test(requestURI))
    .map(({ verb, requestURI }) => `${verb} ${requestURI.split("?")[0]}`);
}

async function leader(): Promise<string> {
  return (await read("lease", "dotmac-operator", "-n", "dotmac-system")).spec.holderIdentity;
}

/** The sum of one of the operator's counters in one pod. */
async function counter(pod: string, name: string): Promise<number> {
  const metrics = await kubectl(
    "get",
    "--raw",
    `/api/v1/namespaces/dotmac-system/pods/${pod}:8080/proxy/metrics`,
  );
  return metrics
    .split("\n")
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
}

async function anotherLeads(than: string): Promise<string> {
  return until(
    `a leader other than ${than}`,
    async () => {
      const now = await leader();
      return now !== than && now !== "" ? now : undefined;
    },
    { seconds: 90, everyMs: 250 },
  );
}

describe.runIf(cluster.auditLog)("the operator", () => {
  let tenant: SampleTenant;

  beforeAll(async () => {
    tenant = await sampleTenant("still");
  });

  afterAll(async () => {
    await tenant?.[Symbol.asyncDispose]();
  });

  it("writes nothing while tenants are unchanged, even when a new leader reconciles every tenant", async () => {
    const before = await leader();
    await kubectl("delete", "pod", before, "-n", "dotmac-system", "--wait=true");
    const after = await anotherLeads(before);
    const start = new Date();
    const tenants = (await read("tenants")).items.length;
    await until(
      `${tenants} tenants to be reconciled by ${after}`,
      async () => ((await counter(after, "dotmac_operator_reconciles_total")) >= tenants ? true : undefined),
      { seconds: 90, everyMs: 500 },
    );
    expect(await writesSince(start)).toEqual([]);

    // The control: the log contains such writes when there is something to write.
    await kubectl("delete", "networkpolicy", "deny-all", "-n", tenant.namespace, ...breakGlass);
    await until("the policy to be written again", async () => {
      const writes = await writesSince(start);
      return writes.some((write) => write.includes("networkpolicies")) ? true : undefined;
    });
  });

  it("creates all tenants although its leader dies in the middle", async () => {
    const names = ["crash", "crash", "crash"].map(uniqueName);
    try {
      await apply(...names.map((name) => tenantManifest(name)));
      for (const stage of ["NamespaceReady", "DatabaseReady", "Migrated"]) {
        await until(`${stage} at some tenant`, async () => {
          const { items } = await read("tenants");
          return items.some(
            (item: { metadata: { name: string }; status?: { conditions?: { type: string }[] } }) =>
              names.includes(item.metadata.name) &&
              item.status?.conditions?.some(({ type }) => type === stage),
          )
            ? true
            : undefined;
        });
        const holder = await leader();
        await kubectl(
          "delete",
          "pod",
          holder,
          "-n",
          "dotmac-system",
          "--grace-period=0",
          "--force",
          "--ignore-not-found",
        );
        await anotherLeads(holder);
      }
      await Promise.all(names.map((name) => ready(name)));
      for (const name of names) {
        const namespaces = await read("namespaces", "-l", `dotmac.io/tenant=${name}`);
        expect(namespaces.items).toHaveLength(1);
        const claims = (await read("hostclaims")).items.filter(
          (claim: { spec: { tenantRef: { name: string } } }) => claim.spec.tenantRef.name === name,
        );
        expect(claims).toHaveLength(1);
      }
    } finally {
      await Promise.all(names.map(deleted));
    }
  });
});
