/** Metadata in its JSON form: every time is an RFC 3339 string. */
export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
  managedFields?: ManagedFieldsEntry[];
}

/** The owner of an object. Garbage collection deletes the object after its owner. */
export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

/** The fields that one manager last set; see "Server-Side Apply" in the Kubernetes reference. */
export interface ManagedFieldsEntry {
  manager?: string;
  operation?: string;
  subresource?: string;
  apiVersion?: string;
  time?: string;
  fieldsType?: string;
  fieldsV1?: FieldSet;
}

/** A FieldsV1 tree: keys are `f:<name>`, `k:<key fields>`, `v:<value>`, `i:<index>` and `.`. */
export interface FieldSet {
  [path: string]: FieldSet;
}

/** Any Kubernetes object as plain JSON. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

/**
 * The JSON form of a type of `@kubernetes/client-node`. Its classes hold dates as `Date` and rename fields that are
 * words of JavaScript (`_from`, `_default`).
 */
export type Wire<T> = T extends Date
  ? string
  : T extends string | number | boolean | null | undefined
    ? T
    : T extends readonly (infer Item)[]
      ? Wire<Item>[]
      : { [Key in keyof T as Key extends `_${infer Name}` ? Name : Key]: Wire<T[Key]> };

/** A class of `@kubernetes/client-node` as a complete object in JSON form. */
export type WireObject<T> = Omit<Wire<T>, "apiVersion" | "kind" | "metadata"> & KubernetesObject;

/** The path of one kind in the API. `T` is the type of its objects. */
export interface Kind<T extends KubernetesObject = KubernetesObject> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  /** Carries only the type. Never set. */
  readonly type?: T;
}

/** Names one object of a kind. `namespace` is absent exactly for cluster-scoped kinds. */
export interface ObjectName {
  readonly namespace?: string;
  readonly name: string;
}

/** Describes a kind, custom resources included: `defineKind<Tenant>("dotmac.io/v1alpha1", …)`. */
export function defineKind<T extends KubernetesObject>(
  apiVersion: string,
  kind: string,
  plural: string,
  scope: "namespaced" | "cluster",
): Kind<T> {
  return { apiVersion, kind, plural, namespaced: scope === "namespaced" };
}
