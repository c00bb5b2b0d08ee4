import { describe, expect, it } from "vitest";
import { type AllowedKeys, noKeys, tenantMetadata } from "./tenant-metadata.ts";

const allowed: AllowedKeys = { ...noKeys, pods: { labels: ["team", "example.com/"], annotations: [] } };
const carriedOf = (labels: Record<string, string>) =>
  tenantMetadata({ metadata: { pods: { labels } } }, allowed);

describe("a Tenant's own metadata", () => {
  it("is set if the platform allows its keys, and other keys are reported", () => {
    const { carried, refused } = carriedOf({ team: "blue", "example.com/a": "b", app: "gateway" });
    expect(carried.pods.labels).toEqual({ team: "blue", "example.com/a": "b" });
    expect(refused).toEqual(["spec.metadata.pods.labels: app"]);
  });

  it.each(["dotmac.io/tenant", "app.kubernetes.io/name", "kubernetes.io/x", "x.k8s.io/y"])(
    "never has the key %s, even if the platform allows it",
    (key) => {
      const all = { labels: [key, `${key.split("/")[0]}/`], annotations: [] };
      const asked = { metadata: { pods: { labels: { [key]: "x" } } } };
      expect(tenantMetadata(asked, { namespace: all, pods: all })).toMatchObject({
        carried: { pods: { labels: {} } },
        refused: [`spec.metadata.pods.labels: ${key}`],
      });
    },
  );

  it("is empty when the spec has none", () => {
    expect(tenantMetadata({}, allowed).refused).toEqual([]);
  });
});
