import type { Tenant } from "../model/kinds.ts";

/** A Tenant as a person writes it. `spec` overrides its fields. */
export function tenantManifest(
  name: string,
  spec: Partial<Tenant["spec"]> = {},
  annotations: Readonly<Record<string, string>> = {},
): Tenant {
  const manifest = {
    apiVersion: "dotmac.io/v1alpha1",
    kind: "Tenant",
    metadata: { name, annotations },
    spec: {
      displayName: `The ISP ${name}`,
      plan: "standard",
      hosts: [`${name}.isp.test`],
      adminEmail: `admin@${name}.isp.test`,
      currency: "EUR",
      timeZone: "Europe/Paris",
      country: "FR",
      ...spec,
    },
  };
  return manifest as Tenant; // the API server adds omitted fields
}
