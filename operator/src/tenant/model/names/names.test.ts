import { describe, expect, it } from "vitest";
import { tenantId, tenantNames } from "./names.ts";

describe("a tenant's id", () => {
  it("is ten characters of base32 of the uid's SHA-256", () => {
    // Made with coreutils: printf %s <uid> | sha256sum | xxd -r -p | base32 | head -c 10 | tr A-Z a-z
    expect(tenantId("5f0c8a0e-1b1f-4a77-9d6e-0e6f9d3f1a2b")).toBe("kst4xmtt5g");
  });

  it("differs for two Tenants of the same name", () => {
    expect(tenantId("5f0c8a0e-1b1f-4a77-9d6e-0e6f9d3f1a2b")).not.toBe(
      tenantId("5f0c8a0e-1b1f-4a77-9d6e-0e6f9d3f1a2c"),
    );
  });
});

describe("a tenant's names", () => {
  const names = tenantNames("north", "k3v7q2mzxa");

  it("contain the tenant's name in Kubernetes and Vault only", () => {
    expect(names.namespace).toBe("isp-north-k3v7q2mzxa");
    const readByOthers = [names.schema, ...Object.values(names.roles), names.redis.user, names.redis.prefix];
    expect(readByOthers.filter((name) => name.includes("north"))).toEqual([]);
    expect(readByOthers.every((name) => name.includes("k3v7q2mzxa"))).toBe(true);
  });
});
