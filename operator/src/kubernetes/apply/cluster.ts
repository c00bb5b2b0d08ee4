import type { Kind, KubernetesObject, ObjectName } from "../objects/kinds.ts";

/** The result of {@link Cluster.apply}. */
export interface Applied<T> {
  /** The object as the API server has it now. */
  readonly object: T;
  readonly change: "none" | "created" | "updated";
}

export interface ScanOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Fetches only the metadata. */
  readonly metadataOnly?: boolean;
  /** Number of objects after which the scan ends. Default: no limit. */
  readonly most?: number;
}

/**
 * The Kubernetes cluster during a reconcile. Reads come from watched copies and send no request. Writes happen only
 * when the cluster differs from the desired state. The next read sees each write.
 */
export interface Cluster {
  /**
   * The object as last seen, or undefined. It reads only watched kinds, and of built-in kinds only objects labelled
   * `app.kubernetes.io/managed-by: dotmac-operator`. Digests replace the values of Secrets and ConfigMaps: compare them
   * with `valueDigest`, or use `get` for the values. Too large or too many objects are not kept: see `find`.
   */
  read<T extends KubernetesObject>(kind: Kind<T>, name: ObjectName): T | undefined;

  /** Like `read`, but asks the API server if the watched copies may lack the object. */
  find<T extends KubernetesObject>(kind: Kind<T>, name: ObjectName): Promise<T | undefined>;

  /** All watched objects of a kind in a namespace, independent of their labels. */
  inNamespace<T extends KubernetesObject>(kind: Kind<T>, namespace: string): readonly T[];

  /** All watched objects of a kind whose index `index` (see main.ts) has `value`. */
  indexed<T extends KubernetesObject>(kind: Kind<T>, index: string, value: string): readonly T[];

  /** Reads from the API server; undefined when absent. For kinds that are not watched, or when the copy may be old. */
  get<T extends KubernetesObject>(kind: Kind<T>, name: ObjectName): Promise<T | undefined>;

  /**
   * Lists objects of a kind from the API server, in one namespace or everywhere, page by page. It keeps only the
   * results of `pick`, and ends with the page that reaches `most`.
   */
  scan<T extends KubernetesObject, Kept>(
    kind: Kind<T>,
    pick: (object: T) => Kept | undefined,
    options?: ScanOptions,
  ): Promise<readonly Kept[]>;

  /**
   * Makes the object as desired: creates it, applies it when it differs, or does nothing. It keeps foreign metadata.
   * All other fields belong to the operator, and foreign additions to them are removed. It refuses an object without
   * the label `app.kubernetes.io/managed-by: dotmac-operator`.
   */
  apply<T extends KubernetesObject>(kind: Kind<T>, desired: T): Promise<Applied<T>>;

  /** Only creates. With `created: false`, `object` is the existing object of that name. */
  create<T extends KubernetesObject>(kind: Kind<T>, desired: T): Promise<{ object: T; created: boolean }>;

  /**
   * Deletes with background propagation and returns whether the object is gone. An object that no watched copy
   * holds counts as absent, without a request, unless `certain` is set or the copies may lack objects. With `uid`,
   * an object of the same name but another uid is not deleted and counts as absent.
   */
  remove(
    kind: Kind,
    name: ObjectName,
    options?: { uid?: string; certain?: boolean },
  ): Promise<"absent" | "deleting">;

  /** Replaces `status` when it differs from the live one in any field; returns whether it wrote. */
  writeStatus<T extends KubernetesObject & { status?: unknown }>(
    kind: Kind<T>,
    live: T,
    status: NonNullable<T["status"]>,
  ): Promise<boolean>;

  /** Sets an annotation of this very object. Fails with NotFound or a conflict when it is another one by now. */
  annotate<T extends KubernetesObject>(kind: Kind<T>, live: T, annotation: string, text: string): Promise<T>;

  /** Adds a finalizer unless present. Fails with a conflict when `live` is no longer current. */
  addFinalizer<T extends KubernetesObject>(kind: Kind<T>, live: T, finalizer: string): Promise<T>;

  /** Removes a finalizer unless absent. The object may then be gone. */
  removeFinalizer<T extends KubernetesObject>(kind: Kind<T>, live: T, finalizer: string): Promise<void>;
}
