import type { Kind, KubernetesObject, ObjectName } from "../objects/kinds.ts";

/** What {@link Cluster.apply} found and did. */
export interface Applied<T> {
  /** The object as the API server has it now. */
  readonly object: T;
  readonly change: "none" | "created" | "updated";
}

export interface ScanOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Asks for no more than the metadata. */
  readonly metadataOnly?: boolean;
  /** Default: no end. */
  readonly most?: number;
}

/**
 * The Kubernetes cluster as a reconcile sees it: reads come from watched copies and cost nothing, writes
 * happen only where the world differs from what is wanted. A write of ours is visible to the next read.
 */
export interface Cluster {
  /**
   * The object as last seen, or undefined. Only kinds that are watched can be read, and of built-in kinds
   * only objects labelled `app.kubernetes.io/managed-by: dotmac-operator`. The values of Secrets and ConfigMaps
   * are not kept: in their place stand digests, to be compared with `valueDigest`; use `get` for the values.
   * What is too large or of too many is not kept at all: see `find`.
   */
  read<T extends KubernetesObject>(kind: Kind<T>, name: ObjectName): T | undefined;

  /** As `read`, but asks the API server where the watched copies may lack the object. */
  find<T extends KubernetesObject>(kind: Kind<T>, name: ObjectName): Promise<T | undefined>;

  /** All watched objects of a kind in a namespace, whatever their labels claim. */
  inNamespace<T extends KubernetesObject>(kind: Kind<T>, namespace: string): readonly T[];

  /** All watched objects of a kind whose index `index` (see main.ts) has `value`. */
  indexed<T extends KubernetesObject>(kind: Kind<T>, index: string, value: string): readonly T[];

  /** Asks the API server itself; undefined when absent. For what is not watched, or must be certain. */
  get<T extends KubernetesObject>(kind: Kind<T>, name: ObjectName): Promise<T | undefined>;

  /**
   * Asks the API server itself for objects of a kind, in one namespace or everywhere, and shows them page by page:
   * only what `pick` gives is kept. It ends with the page in which `most` are reached.
   */
  scan<T extends KubernetesObject, Kept>(
    kind: Kind<T>,
    pick: (object: T) => Kept | undefined,
    options?: ScanOptions,
  ): Promise<readonly Kept[]>;

  /**
   * Makes the object as wanted: creates it, applies it when it differs, or does nothing. Metadata of
   * others stays; everything else in the object is ours, and what others added to it is removed. An
   * object without the label `app.kubernetes.io/managed-by: dotmac-operator` is refused.
   */
  apply<T extends KubernetesObject>(kind: Kind<T>, desired: T): Promise<Applied<T>>;

  /** Creates only. `created: false` comes with the object that already has the name. */
  create<T extends KubernetesObject>(kind: Kind<T>, desired: T): Promise<{ object: T; created: boolean }>;

  /**
   * Deletes with background propagation and says whether it is gone. An object that no watched copy has
   * is taken for absent, without a request, unless `certain` asks the API server or copies may be missing. With `uid`, an object
   * of the same name but another uid is left alone and counts as absent.
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

  /** Adds a finalizer unless present; refused with a conflict when `live` is no longer current. */
  addFinalizer<T extends KubernetesObject>(kind: Kind<T>, live: T, finalizer: string): Promise<T>;

  /** Removes a finalizer unless absent; the object may be gone afterwards. */
  removeFinalizer<T extends KubernetesObject>(kind: Kind<T>, live: T, finalizer: string): Promise<void>;
}
