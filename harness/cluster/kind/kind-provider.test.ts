import { afterEach, expect, it, vi } from "vitest";
import { parse } from "yaml";
import { clusterConfig } from "./kind-provider.ts";

afterEach(() => void vi.unstubAllEnvs());

it("asks kind for a node of the cluster's Kubernetes, with arguments as kubeadm 1.37 takes them", async () => {
  vi.stubEnv("KIND_NODE_IMAGE", "");
  const [node] = parse(await clusterConfig()).nodes;
  expect(node.image).toBe("kindest/node:v1.37.2");
  const patch = parse(node.kubeadmConfigPatches[0]);
  expect(patch.apiVersion).toBe("kubeadm.k8s.io/v1beta4");
  expect(patch.apiServer.extraArgs).toContainEqual({
    name: "audit-policy-file",
    value: "/etc/kubernetes/audit/policy.yaml",
  });
});
