import { beforeAll, describe, expect, it } from "vitest";
import { type KubernetesObject, type Workload, workloads } from "./objects.ts";
import { renderPlatform } from "./rendered.ts";

let before: Workload[];
let after: KubernetesObject[];
beforeAll(async () => {
  before = workloads(await renderPlatform("certificates.revision=one")).filter(hasCertificate);
  after = await renderPlatform("certificates.revision=two");
});

function hasCertificate({ pod }: Workload): boolean {
  return pod.volumes?.some(({ secret }) => secret?.secretName?.endsWith("-tls")) ?? false;
}

describe("a renewed certificate of a platform's server", () => {
  it("reaches each server by a restart that a new certificates.revision causes", () => {
    const names = before.map(({ object }) => object.metadata.name);
    expect(names.sort()).toEqual(["pgbouncer", "postgres", "redis-cache", "redis-state", "vault"]);
    const templates = (objects: readonly KubernetesObject[]) =>
      objects
        .filter(({ metadata, spec }) => names.includes(metadata.name) && spec?.template !== undefined)
        .map(({ metadata, spec }) => [metadata.name, JSON.stringify(spec?.template)] as const);
    const old = new Map(templates(before.map(({ object }) => object)));
    const changed = templates(after).filter(([name, template]) => old.get(name) !== template);
    expect(changed.map(([name]) => name).sort()).toEqual(names);
  });

  it("is read by the edge from the same Secret as by Vault, in the same pod", () => {
    const { pod } = before.find(({ object }) => object.metadata.name === "vault") as Workload;
    const edge = pod.initContainers?.find(({ name }) => name === "edge");
    const mount = edge?.volumeMounts?.find(({ name }) => name === "tls");
    const file = edge?.env?.find(({ name }) => name === "TLS_CERTIFICATE")?.value;
    expect(file).toBe(`${mount?.mountPath}/tls.crt`);
    expect(pod.containers[0]?.volumeMounts).toContainEqual(mount);
    expect(pod.volumes).toContainEqual(
      expect.objectContaining({ name: "tls", secret: expect.objectContaining({ secretName: "vault-tls" }) }),
    );
  });
});
