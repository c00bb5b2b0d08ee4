import { describe, expect, it } from "vitest";
import { z } from "zod";
import { sampleTenantFile } from "../../../../contract/samples/tenant-file.ts";
import { sampleBlueprint, sampleSettings } from "../testing/sample-blueprint.ts";
import { namespace } from "./isolation/namespace.ts";
import { allowPlatform, denyAll, networkPolicies } from "./isolation/network-policies.ts";
import { limitRange, resourceQuota } from "./isolation/quota.ts";
import { backendTlsPolicy } from "./route/backend-tls-policy.ts";
import { certificate } from "./route/certificate.ts";
import { hostClaim } from "./route/host-claim.ts";
import { httpRoute } from "./route/http-route.ts";
import { ingress } from "./route/ingress.ts";
import { autoscaler } from "./workload/autoscaler.ts";
import { platformCa, runtimeConfig } from "./workload/config-maps.ts";
import { deployment, podTemplate } from "./workload/deployment.ts";
import { disruptionBudget } from "./workload/disruption-budget.ts";
import { migrationJob, migrationJobName } from "./workload/migration-job.ts";
import { adminSecret, migratorSecret, runtimeSecret, tlsSecret } from "./workload/secrets.ts";
import { service } from "./workload/service.ts";
import { serviceAccount } from "./workload/service-accounts.ts";
import { workerDeployment } from "./workload/workers.ts";

const blueprint = sampleBlueprint();
const { names } = blueprint;
const worked = { ...blueprint, workers: { ...blueprint.workers, replicas: 2 } };
const workers = workerDeployment(worked, podTemplate(worked), 2);
const ingressRoute = {
  kind: "Ingress" as const,
  className: "skipper",
  annotations: { "example.test/protocol": "https" },
};
const gatewayRoute = {
  kind: "HTTPRoute" as const,
  gatewayRef: { namespace: "dotmac-gateway", name: "dotmac" },
  annotations: {},
};
const issuer = { mode: "cert-manager" as const, issuerRef: { kind: "ClusterIssuer", name: "dotmac" } };
const admin = { email: "a@b.test", password: "p", passwordHash: "$argon2id$x" };
const encryption = { dataKey: "vault:v1:a", indexKey: "vault:v1:b" };
const credentials = {
  database: { active: "a" as const, a: "pa", b: "pb" },
  redis: "pr",
  auth: [{ kid: "1", secret: "s" }],
  made: { at: "2026-05-01T12:00:00.000Z" },
};

const autoscaling = { minReplicas: 2, maxReplicas: 5, targetCPUUtilizationPercentage: 80 };

const inNamespace = [
  ...networkPolicies(blueprint),
  resourceQuota(blueprint),
  limitRange(blueprint),
  runtimeConfig(blueprint),
  platformCa(blueprint),
  serviceAccount(names, "runtime"),
  serviceAccount(names, "migrator"),
  runtimeSecret(blueprint, credentials, admin, encryption),
  migratorSecret(blueprint, "pm"),
  tlsSecret(blueprint, "runtime-tls", { certificate: "c", privateKey: "k" }),
  migrationJob(blueprint, 3),
  deployment(blueprint),
  workers,
  disruptionBudget(names),
  disruptionBudget(names, "worker"),
  autoscaler(names, autoscaling),
  service(names),
  ingress(blueprint, ingressRoute),
  httpRoute(blueprint, gatewayRoute),
  backendTlsPolicy(blueprint),
  certificate(blueprint, "gateway-tls", blueprint.hosts, issuer),
];

describe("every desired object", () => {
  it.each(inNamespace.map((object) => [object.kind, object.metadata.name, object] as const))(
    "%s %s is in the tenant's namespace and has the tenant's label",
    (_kind, _name, { metadata }) => {
      expect(metadata.namespace).toBe("isp-north-k3v7q2mzxa");
      expect(metadata.labels).toMatchObject({
        "app.kubernetes.io/managed-by": "dotmac-operator",
        "dotmac.io/tenant": "north",
      });
    },
  );

  it("is the same when it is built again", () => {
    const again = sampleBlueprint();
    expect(deployment(again)).toEqual(deployment(blueprint));
    expect(networkPolicies(again)).toEqual(networkPolicies(blueprint));
    expect(migrationJob(again, 3)).toEqual(migrationJob(blueprint, 3));
  });
});

describe("a pod", () => {
  const asked = {
    labels: { team: "blue", "sidecar.istio.io/inject": "true" },
    annotations: { "example.com/a": "b", "linkerd.io/inject": "enabled" },
  };
  const allowed = { labels: Object.keys(asked.labels), annotations: Object.keys(asked.annotations) };
  const own = sampleBlueprint(
    { metadata: { pods: asked } },
    { tenantMetadata: { namespace: { labels: [], annotations: [] }, pods: allowed } },
  );

  it("of the runtime has the labels and annotations of its Tenant beside the operator's", () => {
    const { metadata } = podTemplate(own);
    expect(metadata?.labels).toEqual({ ...asked.labels, ...podTemplate(blueprint).metadata?.labels });
    expect(metadata?.annotations).toEqual({
      ...asked.annotations,
      ...podTemplate(blueprint).metadata?.annotations,
    });
    expect(deployment(own).metadata.labels).toEqual(deployment(blueprint).metadata.labels);
  });

  it.each([
    ["the runtime", deployment(blueprint).spec?.template.spec],
    ["a migration", migrationJob(blueprint, 3).spec?.template.spec],
    ["a worker", workers.spec?.template.spec],
  ])("of %s is evicted when it fills more of the node's disk than its bound", (_, pod) => {
    for (const { resources } of pod?.containers ?? []) {
      expect(resources?.limits).toMatchObject({ "ephemeral-storage": "256Mi" });
      expect(resources?.requests).toMatchObject({ "ephemeral-storage": "32Mi" });
    }
    expect(pod?.containers).toHaveLength(1);
  });

  it.each([
    ["nothing", blueprint],
    ["the opposite", own],
  ])("of a migration stays outside of service meshes when its Tenant asks for %s", (_, asking) => {
    const { metadata } = migrationJob(asking, 3).spec?.template ?? {};
    expect(metadata?.labels).toMatchObject({
      "sidecar.istio.io/inject": "false",
      "dotmac.io/tenant": "north",
    });
    expect(metadata?.annotations).toMatchObject({
      "sidecar.istio.io/inject": "false",
      "linkerd.io/inject": "disabled",
    });
    expect(metadata?.labels?.team).toBe(asking === own ? "blue" : undefined);
  });

  it("with changed labels and annotations of its Tenant does not wait for a maintenance window", () => {
    expect(own.ownChoice).not.toBe(blueprint.ownChoice);
    expect(sampleBlueprint({ metadata: { namespace: asked } }).ownChoice).toBe(blueprint.ownChoice);
  });
});

describe("the namespace", () => {
  it("admits restricted pods only", () => {
    expect(namespace(sampleBlueprint()).metadata).toMatchObject({
      name: "isp-north-k3v7q2mzxa",
      labels: {
        "dotmac.io/tenant": "north",
        "dotmac.io/tenant-id": "k3v7q2mzxa",
        "pod-security.kubernetes.io/enforce": "restricted",
      },
    });
  });
});

describe("the network policies", () => {
  it("deny everything to all pods in both directions", () => {
    expect(denyAll(names).spec).toEqual({ podSelector: {}, policyTypes: ["Ingress", "Egress"] });
  });

  it("allow traffic to DNS, PgBouncer, Redis, Vault and the egress proxy only, each by its pods and port", () => {
    const rules = allowPlatform(blueprint).spec?.egress ?? [];
    expect(
      rules.map(({ to, ports }) => [to?.[0]?.podSelector?.matchLabels, ports?.map(({ port }) => port)]),
    ).toEqual([
      [{ "k8s-app": "kube-dns" }, [53, 53]],
      [{ "app.kubernetes.io/name": "pgbouncer" }, [6432]],
      [{ "app.kubernetes.io/name": "redis-cache" }, [6379]],
      [{ "app.kubernetes.io/name": "redis-state" }, [6379]],
      [{ "app.kubernetes.io/name": "vault" }, [8200]],
      [{ "app.kubernetes.io/name": "egress-proxy" }, [3128]],
    ]);
  });

  it("name a namespace in every peer, because a pod selector alone means the tenant's own namespace", () => {
    const peers = networkPolicies(blueprint).flatMap(({ spec }) => [
      ...(spec?.egress ?? []).flatMap(({ to }) => to ?? []),
      ...(spec?.ingress ?? []).flatMap(({ from }) => from ?? []),
    ]);
    expect(peers).toHaveLength(9);
    for (const peer of peers) {
      expect(peer.namespaceSelector?.matchLabels?.["kubernetes.io/metadata.name"]).toMatch(
        /^(kube-system|dotmac-(system|gateway))$/,
      );
      expect(Object.keys(peer.podSelector?.matchLabels ?? {})).not.toEqual([]);
    }
  });

  it.each([
    ["allow-gateway", 8443, ["dotmac-gateway"]],
    ["allow-management", 9443, ["dotmac-system", "dotmac-system"]],
  ])("%s allows traffic to port %d from %j", (name, port, namespaces) => {
    const policy = networkPolicies(blueprint).find(({ metadata }) => metadata.name === name);
    const [rule] = policy?.spec?.ingress ?? [];
    expect(rule?.ports).toEqual([{ protocol: "TCP", port }]);
    expect(
      rule?.from?.map((peer) => peer.namespaceSelector?.matchLabels?.["kubernetes.io/metadata.name"]),
    ).toEqual(namespaces);
  });
});

describe("the network policies of ingress", () => {
  it("select runtime pods for the gateway, and workers too for the management port", () => {
    const selectors = networkPolicies(blueprint)
      .filter(({ spec }) => spec?.ingress !== undefined)
      .map(({ spec }) => spec?.podSelector);
    const name = { "app.kubernetes.io/name": "tenant-runtime" };
    const component = "app.kubernetes.io/component";
    expect(selectors).toEqual([
      { matchLabels: { ...name, [component]: "runtime" } },
      {
        matchLabels: name,
        matchExpressions: [{ key: component, operator: "In", values: ["runtime", "worker"] }],
      },
    ]);
  });
});

describe("quota and limits", () => {
  it("leave room for draining pods, a surge pod and one Job", () => {
    expect(resourceQuota(blueprint).spec?.hard).toMatchObject({
      pods: "6",
      "requests.cpu": "550m",
      "requests.memory": "1088Mi",
      "limits.cpu": "6",
      "limits.memory": "2944Mi",
    });
  });

  it("leave room for as many workers, of the resources of their own", () => {
    const large = { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "2", memory: "2Gi" } };
    const own = { ...blueprint, workers: { replicas: 1, resources: large } };
    expect(resourceQuota(own).spec?.hard).toMatchObject({ pods: "9", "requests.cpu": "3550m" });
    expect(limitRange(own).spec?.limits[0]?.max).toEqual({ cpu: "2", memory: "2Gi" });
  });

  it("admit the larger of a runtime and a Job", () => {
    expect(limitRange(blueprint).spec?.limits[0]?.max).toEqual({ cpu: "1", memory: "512Mi" });
  });
});

describe("the configuration", () => {
  it("is the document of the contract", () => {
    expect(JSON.parse(runtimeConfig(blueprint).data?.["tenant.json"] ?? "")).toEqual({
      ...sampleTenantFile,
      tenant: { ...sampleTenantFile.tenant, plan: "unread", hosts: ["unread.invalid"], suspended: false },
    });
  });

  it.each<[string, Parameters<typeof sampleBlueprint>[0]]>([
    ["the hosts", { hosts: ["other.example.test"] }],
    ["suspension", { suspended: true }],
    ["the administrator's address", { adminEmail: "other@north.example.test" }],
    ["the number of pods", { runtime: { replicas: 5 } }],
  ])("restarts no pod for %s", (_, change) => {
    expect(podTemplate(sampleBlueprint(change))).toEqual(podTemplate(blueprint));
  });

  it.each<[string, Parameters<typeof sampleBlueprint>[0]]>([
    ["the name", { displayName: "Other" }],
    ["the time zone", { timeZone: "Europe/Berlin" }],
    ["the origins of web pages", { allowedOrigins: ["https://portal.example.com"] }],
  ])("restarts pods for %s", (_, change) => {
    expect(podTemplate(sampleBlueprint(change))).not.toEqual(podTemplate(blueprint));
  });

  it("lets an image start that requires fields which the runtime no longer reads", () => {
    const { tenant } = JSON.parse(runtimeConfig(blueprint).data?.["tenant.json"] ?? "");
    const demanded = z.object({
      plan: z.string().min(1),
      hosts: z.array(z.string().min(1)).min(1),
      suspended: z.boolean(),
    });
    expect(demanded.safeParse(tenant).success).toBe(true);
  });
});

describe("the secrets", () => {
  const texts = (data: Record<string, string> | undefined) =>
    Object.fromEntries(
      Object.entries(data ?? {}).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]),
    );

  it("give the runtime its mounted values, and no one-time password", () => {
    const data = texts(runtimeSecret(blueprint, credentials, admin, encryption).data);
    expect(Object.fromEntries(Object.entries(data).map(([key, text]) => [key, JSON.parse(text)]))).toEqual({
      "database.json": { user: "t_k3v7q2mzxa_app_a", password: "pa" },
      "redis.json": { user: "t_k3v7q2mzxa", password: "pr" },
      "auth.json": { keys: [{ kid: "1", secret: "s" }] },
      "admin.json": { email: "a@b.test", passwordHash: "$argon2id$x" },
      "encryption.json": encryption,
    });
  });

  it("follow the login that is active", () => {
    const turned = { ...credentials, database: { ...credentials.database, active: "b" as const } };
    const data = texts(runtimeSecret(blueprint, turned, admin, encryption).data);
    expect(JSON.parse(data["database.json"] ?? "")).toEqual({ user: "t_k3v7q2mzxa_app_b", password: "pb" });
  });

  it("give the platform admins the first login", () => {
    const { metadata, data } = adminSecret(blueprint, admin);
    expect([metadata.namespace, metadata.name]).toEqual(["dotmac-admins", "north"]);
    expect(texts(data)).toEqual({ email: "a@b.test", password: "p", url: "https://north.example.test" });
  });
});

describe("the Deployment", () => {
  const { spec } = deployment(blueprint);
  const pod = spec?.template.spec;
  const [container] = pod?.containers ?? [];

  it("takes no pod away before its successor is ready", () => {
    expect(spec?.strategy).toEqual({
      type: "RollingUpdate",
      rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
    });
  });

  it("gives pods more time to end than the parts of their shutdown take", () => {
    expect(pod?.terminationGracePeriodSeconds).toBeGreaterThan(5 + 30);
    expect(workers.spec?.template.spec?.terminationGracePeriodSeconds).toBeGreaterThan(100 + 15 + 10);
  });

  it("gives workers the memory of their own for the heap, and the runtime's environment otherwise", () => {
    const limits = { cpu: "1", memory: "1536Mi" };
    const own = { ...worked, workers: { replicas: 1, resources: { ...blueprint.resources, limits } } };
    const { env } = workerDeployment(own, podTemplate(own), 1).spec?.template.spec?.containers[0] ?? {};
    expect(env?.find(({ name }) => name === "NODE_OPTIONS")?.value).toBe("--max-old-space-size=1024");
    expect(env?.map(({ name }) => name).sort()).toEqual(
      [...(container?.env ?? []).map(({ name }) => name), "DOTMAC_ROLE"].sort(),
    );
  });

  it("is restricted and read-only, without a Kubernetes token", () => {
    expect(pod?.automountServiceAccountToken).toBe(false);
    expect(pod?.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: 65532,
      seccompProfile: { type: "RuntimeDefault" },
    });
    expect(container?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
  });

  it("asks the resolver one question at a time, and whole names before names with a suffix", () => {
    expect(pod?.dnsConfig?.options).toEqual([
      { name: "single-request" },
      { name: "timeout", value: "1" },
      { name: "attempts", value: "4" },
      { name: "ndots", value: "2" },
    ]);
    expect(migrationJob(blueprint, 0).spec?.template.spec?.dnsConfig).toEqual(pod?.dnsConfig);
  });

  it("probes health over TLS on the management port", () => {
    const probes = [container?.startupProbe, container?.readinessProbe, container?.livenessProbe];
    expect(probes.map((probe) => probe?.httpGet)).toEqual(
      ["startup", "ready", "live"].map((name) => ({
        path: `/health/${name}`,
        port: "management",
        scheme: "HTTPS",
      })),
    );
  });

  it("leaves a third of the memory outside of the heap", () => {
    expect(container?.env).toContainEqual({ name: "NODE_OPTIONS", value: "--max-old-space-size=341" });
  });

  it("rolls its pods when their configuration changes, but not for fields that running pods follow", () => {
    expect(podTemplate(blueprint)).not.toEqual(podTemplate(sampleBlueprint({ displayName: "Other" })));
    expect(podTemplate(blueprint)).toEqual(podTemplate(sampleBlueprint({}, { ca: "another" })));
    expect(podTemplate(blueprint)).toEqual(
      podTemplate(sampleBlueprint({ adminEmail: "other@north.example.test" })),
    );
  });

  it.each([
    [{}, 2],
    [{ runtime: { replicas: 4 } }, 4],
    [{ suspended: true }, 0],
  ])("with the spec %j has %d pods", (change, replicas) => {
    expect(deployment(sampleBlueprint(change)).spec?.replicas).toBe(replicas);
  });

  it.each([
    [undefined, 2],
    [0, 2],
    [3, 3],
    [9, 5],
  ])("keeps an autoscaler's %s pods within its bounds: %d", (live, replicas) => {
    const scaled = sampleBlueprint({ runtime: { autoscaling } });
    expect(deployment(scaled, { replicas: live }).spec?.replicas).toBe(replicas);
    expect(deployment({ ...scaled, suspended: true }, { replicas: live }).spec?.replicas).toBe(0);
  });

  it("leaves room in the quota for the most pods that an autoscaler may make", () => {
    const quota = (runtime: object) => resourceQuota(sampleBlueprint({ runtime })).spec?.hard;
    expect(quota({ autoscaling })).toEqual(quota({ replicas: autoscaling.maxReplicas }));
  });
});

describe("the migration Job", () => {
  const { spec } = migrationJob(blueprint, 3);

  it("is named after its image and the schema version at its start", () => {
    expect(migrationJobName("a:1", 3)).toMatch(/^migrate-[0-9a-f]{10}$/);
    expect(
      new Set([migrationJobName("a:1", 3), migrationJobName("a:1", 4), migrationJobName("a:2", 3)]).size,
    ).toBe(3);
  });

  it("runs the tenant's own image as the migrator, with the migrator's login only", () => {
    const pod = spec?.template.spec;
    expect(pod?.serviceAccountName).toBe("migrator");
    expect(pod?.containers[0]?.image).toBe(sampleSettings.runtime.image);
    expect(JSON.stringify(pod?.volumes)).not.toContain('"name":"runtime-tls"');
    expect(pod?.volumes?.find(({ name }) => name === "run")?.projected?.sources).toEqual([
      { secret: { name: "migrator", items: [{ key: "database.json", path: "secrets/database.json" }] } },
    ]);
  });
});

describe("the runtime's pod", () => {
  it("gets a token for Vault and one for the egress proxy, each valid only there, and none for Kubernetes", () => {
    const pod = deployment(blueprint).spec?.template.spec;
    const sources = pod?.volumes?.flatMap(({ projected }) => projected?.sources ?? []) ?? [];
    expect(sources.flatMap(({ serviceAccountToken }) => serviceAccountToken ?? [])).toEqual([
      { audience: "vault", expirationSeconds: 3_600, path: "vault/token" },
      { audience: "egress", expirationSeconds: 3_600, path: "egress/token" },
    ]);
    expect(pod?.automountServiceAccountToken).toBe(false);
  });
});

describe("the route", () => {
  it("leads to the API only", () => {
    expect(service(names).spec?.ports).toEqual([
      { name: "api", port: 443, protocol: "TCP", targetPort: "api" },
    ]);
  });

  it("is an Ingress with exactly the tenant's hosts", () => {
    const { metadata, spec } = ingress(blueprint, ingressRoute);
    expect(metadata.annotations).toEqual({ "example.test/protocol": "https" });
    expect(spec?.rules?.map(({ host }) => host)).toEqual(blueprint.hosts);
    expect(spec?.tls).toEqual([{ hosts: blueprint.hosts, secretName: "gateway-tls" }]);
  });

  it("may be an HTTPRoute with exactly the tenant's hosts, with TLS to the runtime", () => {
    const { spec } = httpRoute(blueprint, gatewayRoute);
    expect(spec.hostnames).toEqual(blueprint.hosts);
    expect(spec.parentRefs).toEqual([
      { group: "gateway.networking.k8s.io", kind: "Gateway", namespace: "dotmac-gateway", name: "dotmac" },
    ]);
    expect(backendTlsPolicy(blueprint).spec.validation).toMatchObject({
      hostname: "runtime.isp-north-k3v7q2mzxa.svc.cluster.local",
    });
  });

  it("has a HostClaim for the Tenant's uid", () => {
    const claim = hostClaim(names, blueprint.uid, "north.example.test");
    expect(claim.metadata.name).toBe("north.example.test");
    expect(claim.spec.tenantRef).toEqual({ name: "north", uid: blueprint.uid });
  });

  it("has a certificate that cert-manager writes into the same Secret", () => {
    expect(certificate(blueprint, "gateway-tls", blueprint.hosts, issuer).spec).toMatchObject({
      secretName: "gateway-tls",
      dnsNames: blueprint.hosts,
      issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: "dotmac" },
    });
  });
});
