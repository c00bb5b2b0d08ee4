import { describe, expect, it } from "vitest";
import { sampleSettings } from "../testing/sample-blueprint.ts";
import { reservedHosts } from "./reserved-hosts.ts";

const settings = {
  ...sampleSettings,
  vault: { ...sampleSettings.vault, address: "https://vault.platform.example.com:8200" },
};

describe("a host", () => {
  it.each([
    ["a Service by its full name", "redis-state.dotmac-system.svc.cluster.local"],
    ["the API server", "kubernetes.default.svc"],
    ["the API server as pods write it", "kubernetes.default"],
    ["a Service in a cluster of another domain", "vault.dotmac-system.svc.k8s.example.com"],
    ["a Service as pods write it", "vault.dotmac-system"],
    ["another tenant's Service as pods write it", "runtime.isp-south-k3v7q2mzxa"],
    ["a pod of a headless Service", "redis-0.redis.dotmac-system.svc.k8s.example.com"],
    ["a server of the platform outside of the cluster", "vault.platform.example.com"],
    ["the beginning of such a server's name", "vault.platform"],
    ["a name that a cloud answers", "metadata.google.internal"],
    ["this machine", "north.localhost"],
  ])("may not be %s", (_what, host) => {
    expect(reservedHosts(["north.example.com", host], settings)).toEqual([host]);
  });

  it.each([
    "north.isp.test",
    "svc.example.com",
    "a.svc.example.com",
    "internal.example.com",
    "default.example.com",
    "vault.platform.example.com.example.org",
    "xn--caf-dma.xn--p1ai",
  ])("may be %s", (host) => {
    expect(reservedHosts([host], settings)).toEqual([]);
  });
});
