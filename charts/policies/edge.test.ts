import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type KubernetesObject, workloads } from "./objects.ts";
import { renderPlatform } from "./rendered.ts";

const file = join(import.meta.dirname, "../platform/files/vault/edge.cfg");

let objects: KubernetesObject[];
beforeAll(async () => {
  objects = await renderPlatform();
});

/** The pod of the StatefulSet `vault`. */
function vaultPod() {
  const found = workloads(objects).find(({ object }) => object.metadata.name === "vault");
  if (found === undefined) throw new Error("expected a workload named vault, found none");
  return found.pod;
}

function configurationOf(name: string): Readonly<Record<string, string>> {
  const map = objects.find(({ kind, metadata }) => kind === "ConfigMap" && metadata.name === name);
  return map?.data ?? {};
}

describe("the edge before Vault", () => {
  it("reads the file that the attack tests use, and has every variable of that file in its environment", async () => {
    const written = await readFile(file, "utf8");
    expect(configurationOf("vault")["edge.cfg"]?.trim()).toBe(written.trim());
    const named = [...written.matchAll(/\$\{(\w+)\}|env\((\w+)\)/g)].map(([, one, other]) => one ?? other);
    expect(named.length).toBeGreaterThan(5);
    const edge = vaultPod().initContainers?.find(({ name }) => name === "edge");
    expect(edge?.env?.map(({ name }) => name)).toEqual(expect.arrayContaining(named));
    expect(edge?.env).toContainEqual({ name: "EDGE_FRONT", value: "1" });
  });

  it("is the only way from the front to Vault", () => {
    const { "front.yaml": front = "", "vault.json": vault = "" } = configurationOf("vault");
    const edge = vaultPod().initContainers?.find(({ name }) => name === "edge");
    const address = edge?.env?.find(({ name }) => name === "EDGE_ADDRESS")?.value;
    expect(front).toMatch(/server:\n\s+port: 8203\n\s+proxyProtocol: true/);
    expect(address).toBe("127.0.0.1:8203");
    expect(JSON.parse(vault).listener.tcp.address).toBe("127.0.0.1:8200");
  });
});
