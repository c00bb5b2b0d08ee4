import type { KubernetesObject, Secret } from "./kinds.ts";
import { trimManagedFields } from "./ownership.ts";
import { withoutValues } from "./secrets.ts";

/** Reduces an object to what is kept in memory: no values of Secrets, managed fields only of others. */
export function trim<T extends KubernetesObject>(object: T): T {
  const { managedFields, ...metadata } = object.metadata;
  const kept = trimManagedFields(managedFields ?? []);
  const trimmed = { ...object, metadata: kept.length > 0 ? { ...metadata, managedFields: kept } : metadata };
  return isSecret(trimmed) ? (withoutValues(trimmed) as unknown as T) : trimmed;
}

function isSecret(object: KubernetesObject): object is Secret {
  return object.kind === "Secret" && object.apiVersion === "v1";
}
