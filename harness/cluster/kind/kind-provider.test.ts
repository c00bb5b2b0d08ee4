import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { parse } from "yaml";
import { directories } from "../../machine/directories.ts";
import { clusterConfig } from "./kind-provider.ts";

beforeEach(() => void vi.stubEnv("KIND_NODE_IMAGE", ""));
afterEach(() => void vi.unstubAllEnvs());

/** The node of the configuration, and its patches by kind. */
async function node(gatewayPort = 8443) {
  const [only] = parse(await clusterConfig(gatewayPort)).nodes;
  const patches = only.kubeadmConfigPatches.map((patch: string) => parse(patch));
  return {
    ...only,
    patches: Object.fromEntries(patches.map((patch: { kind: string }) => [patch.kind, patch])),
  };
}

describe("the configuration of kind", () => {
  it("asks for a node of the cluster's Kubernetes by digest, with arguments in the form of kubeadm 1.37", async () => {
    const { image, patches } = await node();
    expect(image).toMatch(/^kindest\/node:v1\.37\.\d+@sha256:[0-9a-f]{64}$/);
    expect(patches.ClusterConfiguration.apiVersion).toBe("kubeadm.k8s.io/v1beta4");
    expect(patches.ClusterConfiguration.apiServer.extraArgs).toContainEqual({
      name: "audit-policy-file",
      value: "/etc/kubernetes/audit/policy.yaml",
    });
  });

  it("uses the image in KIND_NODE_IMAGE", async () => {
    vi.stubEnv("KIND_NODE_IMAGE", "registry.test/node:v1.38.0");
    expect((await node()).image).toBe("registry.test/node:v1.38.0");
  });

  it("lets the kubelet start on a host with cgroups v1, too", async () => {
    expect((await node()).patches.KubeletConfiguration).toEqual({
      apiVersion: "kubelet.config.k8s.io/v1beta1",
      kind: "KubeletConfiguration",
      failCgroupV1: false,
    });
  });

  it("opens the gateway's port on this machine only", async () => {
    expect((await node(0)).extraPortMappings).toEqual([
      { containerPort: 30443, hostPort: 0, listenAddress: "127.0.0.1" },
    ]);
  });

  it("lies in a folder that taking down the native cluster does not delete", async () => {
    const { extraMounts } = await node();
    expect(extraMounts).toHaveLength(2);
    for (const { hostPath } of extraMounts) {
      expect(hostPath).toMatch(/^\/.*\/dotmac\/kind\/\w/);
      expect(`${hostPath}/`).not.toContain(`${directories().state}/`);
    }
  });
});
