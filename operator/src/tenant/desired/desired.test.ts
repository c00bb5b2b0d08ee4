import { describe, expect, it } from "vitest";
import { sampleBlueprint, sampleSettings } from "../testing/sample-blueprint.ts";
import { namespace } from "./isolation/namespace.ts";
import { allowPlatform, denyAll, networkPolicies } from "./isolation/network-policies.ts";
import { limitRange, resourceQuota } from "./isolation/quota.ts";
import { backendTlsPolicy } from "./route/backend-tls-policy.ts";
import { certificate } from "./route/certificate.ts";
import { hostClaim } from "./route/host-claim.ts";
import { httpRoute } from "./route/http-route.ts";
import { ingress } from "./route/ingress.ts";
import { platformCa, runtimeConfig } from "./workload/config-maps.ts";
import { deployment, podTemplate } from "./workload/deployment.ts";
import { disruptionBudget } from "./workload/disruption-budget.ts";
import { migrationJob, migrationJobName } from "./workload/migration-job.ts";
import { adminSecret, migratorSecret, runtimeSecret, tlsSecret } from "./workload/secrets.ts";
import { service } from "./workload/service.ts";
import { serviceAccount } from "./workload/service-accounts.ts";

const plan = sampleBlueprint();
const { names } = plan;
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

const inNamespace = [
  ...networkPolicies(plan),
  resourceQuota(plan),
  limitRange(plan),
  runtimeConfig(plan),
  platformCa(plan),
  serviceAccount(names, "runtime"),
  serviceAccount(names, "migrator"),
  runtimeSecret(plan, credentials, admin, encryption),
  migratorSecret(plan, "pm"),
  tlsSecret(plan, "runtime-tls", { certificate: "c", privateKey: "k" }),
  migrationJob(plan, 3),
  deployment(plan),
  disruptionBudget(names),
  service(names),
  ingress(plan, ingressRoute),
  httpRoute(plan, gatewayRoute),
  backendTlsPolicy(plan),
  certificate(plan, "gateway-tls", plan.hosts, issuer),
];

describe("every desired object", () => {
  it.each(inNamespace.map((object) => [object.kind, object.metadata.name, object] as const))(
    "%s %s is in the tenant's namespace and says whose it is",
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
    expect(deployment(again)).toEqual(deployment(plan));
    expect(networkPolicies(again)).toEqual(networkPolicies(plan));
    expect(migrationJob(again, 3)).toEqual(migrationJob(plan, 3));
  });
});

describe("the namespace", () => {
  it("admits restricted pods only", () => {
    expect(namespace(names).metadata).toMatchObject({
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

  it("let out DNS, PgBouncer, Redis, Vault and the egress proxy and nothing else, each by its pods and port", () => {
    const rules = allowPlatform(plan).spec?.egress ?? [];
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

  it("name a namespace in every peer, for a pod selector alone would mean the tenant's own", () => {
    const peers = networkPolicies(plan).flatMap(({ spec }) => [
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
  ])("%s lets in port %d from %j", (name, port, namespaces) => {
    const policy = networkPolicies(plan).find(({ metadata }) => metadata.name === name);
    const [rule] = policy?.spec?.ingress ?? [];
    expect(rule?.ports).toEqual([{ protocol: "TCP", port }]);
    expect(
      rule?.from?.map((peer) => peer.namespaceSelector?.matchLabels?.["kubernetes.io/metadata.name"]),
    ).toEqual(namespaces);
  });
});

describe("quota and limits", () => {
  it("leave room for draining pods, a surge pod and one Job", () => {
    expect(resourceQuota(plan).spec?.hard).toMatchObject({
      pods: "6",
      "requests.cpu": "550m",
      "requests.memory": "1088Mi",
      "limits.cpu": "6",
      "limits.memory": "2944Mi",
    });
  });

  it("admit the larger of a runtime and a Job", () => {
    expect(limitRange(plan).spec?.limits[0]?.max).toEqual({ cpu: "1", memory: "512Mi" });
  });
});

describe("the configuration", () => {
  it("is the document of the contract", () => {
    expect(JSON.parse(runtimeConfig(plan).data?.["tenant.json"] ?? "")).toEqual({
      tenant: {
        id: "k3v7q2mzxa",
        name: "north",
        displayName: "North Fibre",
        plan: "standard",
        hosts: ["north.example.test", "www.north.example.test"],
        currency: "EUR",
        timeZone: "Europe/Paris",
        country: "FR",
        modules: ["customers", "billing"],
        suspended: false,
      },
      api: { port: 8443, managementPort: 9443 },
      database: {
        host: "pgbouncer.dotmac-system.svc.cluster.local",
        port: 6432,
        name: "dotmac",
        schema: "t_k3v7q2mzxa",
        poolSize: 5,
        statementTimeoutMs: 15_000,
      },
      redis: {
        cache: { host: "redis-cache.dotmac-system.svc.cluster.local", port: 6379 },
        state: { host: "redis-state.dotmac-system.svc.cluster.local", port: 6379 },
        prefix: "t:k3v7q2mzxa:",
      },
      vault: {
        address: "https://vault.dotmac-system.svc.cluster.local:8200",
        authMount: "kubernetes",
        role: "tenant-runtime",
        transitMount: "transit",
        transitKey: "isp-north-k3v7q2mzxa",
      },
      egress: { host: "egress-proxy.dotmac-system.svc.cluster.local", port: 3128 },
      limits: {
        apiPerMinutePerUser: 100,
        loginPerMinutePerIp: 5,
        loginPerMinutePerAccount: 10,
        loginPerMinute: 120,
        searchPerMinute: 30,
        bulkPerHour: 10,
      },
      retention: { eventDays: 30 },
      shutdown: { lameDuckSeconds: 5, requestGraceSeconds: 30 },
    });
  });
});

describe("the secrets", () => {
  const texts = (data: Record<string, string> | undefined) =>
    Object.fromEntries(
      Object.entries(data ?? {}).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]),
    );

  it("give the runtime what it mounts, and no one-time password", () => {
    const data = texts(runtimeSecret(plan, credentials, admin, encryption).data);
    expect(Object.fromEntries(Object.entries(data).map(([key, text]) => [key, JSON.parse(text)]))).toEqual({
      "database.json": { user: "t_k3v7q2mzxa_app_a", password: "pa" },
      "redis.json": { user: "t_k3v7q2mzxa", password: "pr" },
      "auth.json": { keys: [{ kid: "1", secret: "s" }] },
      "admin.json": { email: "a@b.test", passwordHash: "$argon2id$x" },
      "encryption.json": encryption,
    });
  });

  it("follow the login that is in turn", () => {
    const turned = { ...credentials, database: { ...credentials.database, active: "b" as const } };
    const data = texts(runtimeSecret(plan, turned, admin, encryption).data);
    expect(JSON.parse(data["database.json"] ?? "")).toEqual({ user: "t_k3v7q2mzxa_app_b", password: "pb" });
  });

  it("give the platform's administrators the first login", () => {
    const { metadata, data } = adminSecret(plan, admin);
    expect([metadata.namespace, metadata.name]).toEqual(["dotmac-admins", "north"]);
    expect(texts(data)).toEqual({ email: "a@b.test", password: "p", url: "https://north.example.test" });
  });
});

describe("the Deployment", () => {
  const { spec } = deployment(plan);
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

  it("asks the resolver one question at a time, and whole names before any with a suffix", () => {
    expect(pod?.dnsConfig?.options).toEqual([
      { name: "single-request" },
      { name: "timeout", value: "1" },
      { name: "attempts", value: "4" },
      { name: "ndots", value: "2" },
    ]);
    expect(migrationJob(plan, 0).spec?.template.spec?.dnsConfig).toEqual(pod?.dnsConfig);
  });

  it("asks for health over TLS on the management port", () => {
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

  it("rolls its pods when their configuration changes, not when what they follow does", () => {
    expect(podTemplate(plan)).not.toEqual(podTemplate(sampleBlueprint({ displayName: "Other" })));
    expect(podTemplate(plan)).toEqual(podTemplate(sampleBlueprint({}, { ca: "another" })));
    expect(podTemplate(plan)).toEqual(
      podTemplate(sampleBlueprint({ adminEmail: "other@north.example.test" })),
    );
  });

  it.each([
    [{}, 2],
    [{ runtime: { replicas: 4 } }, 4],
    [{ suspended: true }, 0],
  ])("with the spec %j wants %d pods", (change, replicas) => {
    expect(deployment(sampleBlueprint(change)).spec?.replicas).toBe(replicas);
  });
});

describe("the migration Job", () => {
  const { spec } = migrationJob(plan, 3);

  it("is called after its image and where it begins", () => {
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
  it("gets a token for Vault and one for the egress proxy, each of no use at the other, and none for Kubernetes", () => {
    const pod = deployment(plan).spec?.template.spec;
    const sources = pod?.volumes?.flatMap(({ projected }) => projected?.sources ?? []) ?? [];
    expect(sources.flatMap(({ serviceAccountToken }) => serviceAccountToken ?? [])).toEqual([
      { audience: "vault", expirationSeconds: 3_600, path: "vault/token" },
      { audience: "egress", expirationSeconds: 3_600, path: "egress/token" },
    ]);
    expect(pod?.automountServiceAccountToken).toBe(false);
  });
});

describe("the way in", () => {
  it("is the API only", () => {
    expect(service(names).spec?.ports).toEqual([
      { name: "api", port: 443, protocol: "TCP", targetPort: "api" },
    ]);
  });

  it("is an Ingress of just the tenant's hosts", () => {
    const { metadata, spec } = ingress(plan, ingressRoute);
    expect(metadata.annotations).toEqual({ "example.test/protocol": "https" });
    expect(spec?.rules?.map(({ host }) => host)).toEqual(plan.hosts);
    expect(spec?.tls).toEqual([{ hosts: plan.hosts, secretName: "gateway-tls" }]);
  });

  it("or an HTTPRoute of just the tenant's hosts, with TLS to the runtime", () => {
    const { spec } = httpRoute(plan, gatewayRoute);
    expect(spec.hostnames).toEqual(plan.hosts);
    expect(spec.parentRefs).toEqual([
      { group: "gateway.networking.k8s.io", kind: "Gateway", namespace: "dotmac-gateway", name: "dotmac" },
    ]);
    expect(backendTlsPolicy(plan).spec.validation).toMatchObject({
      hostname: "runtime.isp-north-k3v7q2mzxa.svc.cluster.local",
    });
  });

  it("is held by a claim of the Tenant's uid", () => {
    const claim = hostClaim(names, plan.uid, "north.example.test");
    expect(claim.metadata.name).toBe("north.example.test");
    expect(claim.spec.tenantRef).toEqual({ name: "north", uid: plan.uid });
  });

  it("has a certificate that cert-manager puts into the same Secret", () => {
    expect(certificate(plan, "gateway-tls", plan.hosts, issuer).spec).toMatchObject({
      secretName: "gateway-tls",
      dnsNames: plan.hosts,
      issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: "dotmac" },
    });
  });
});
