import type { ConfigMap, KubernetesObject, Secret } from "./kinds.ts";
import { trimManagedFields } from "./ownership.ts";
import { valueDigest } from "./value-digest.ts";

/**
 * Reduces an object to the part that is kept in memory. Digests replace the values of Secrets and ConfigMaps: they are
 * enough to compare, and reveal nothing. Of the managed fields only foreign ones are kept.
 */
export function trim<T extends KubernetesObject>(object: T): T {
  const { managedFields, ...metadata } = object.metadata;
  const kept = trimManagedFields(managedFields ?? []);
  const trimmed = { ...object, metadata: kept.length > 0 ? { ...metadata, managedFields: kept } : metadata };
  return holdsValues(trimmed) ? withDigests(trimmed) : trimmed;
}

type Holder = KubernetesObject & Pick<Secret & ConfigMap, "data" | "binaryData">;

function holdsValues({ kind, apiVersion }: KubernetesObject): boolean {
  return apiVersion === "v1" && (kind === "Secret" || kind === "ConfigMap");
}

function withDigests<T extends KubernetesObject>(object: T): T {
  const { data, binaryData } = object as Holder;
  return {
    ...object,
    ...(data && { data: digests(data) }),
    ...(binaryData && { binaryData: digests(binaryData) }),
  };
}

function digests(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, valueDigest(value)]));
}
