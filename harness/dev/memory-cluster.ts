import { randomUUID } from "node:crypto";
import type { Applied, Cluster, ScanOptions } from "../../operator/src/kubernetes/apply/cluster.ts";
import type { Kind, KubernetesObject, ObjectName } from "../../operator/src/kubernetes/objects/kinds.ts";

/**
 * Keeps the objects of the operator's steps in memory, without validation and without controllers. `make dev` reads
 * them in place of a kubelet.
 */
export class MemoryCluster implements Cluster {
  readonly #objects = new Map<string, KubernetesObject>();

  read<T extends KubernetesObject>(kind: Kind<T>, name: ObjectName): T | undefined {
    // Sound: an object is stored under its own kind.
    return this.#objects.get(keyOf(kind, name)) as T | undefined;
  }

  async find<T extends KubernetesObject>(kind: Kind<T>, name: ObjectName): Promise<T | undefined> {
    return this.read(kind, name);
  }

  async get<T extends KubernetesObject>(kind: Kind<T>, name: ObjectName): Promise<T | undefined> {
    return this.read(kind, name);
  }

  inNamespace<T extends KubernetesObject>(kind: Kind<T>, namespace: string): readonly T[] {
    return this.#ofKind(kind).filter(({ metadata }) => metadata.namespace === namespace);
  }

  indexed(): readonly never[] {
    return [];
  }

  async scan<T extends KubernetesObject, Kept>(
    kind: Kind<T>,
    pick: (object: T) => Kept | undefined,
    { namespace, labelSelector }: ScanOptions = {},
  ): Promise<readonly Kept[]> {
    return this.#ofKind(kind)
      .filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace)
      .filter(({ metadata }) => isSelected(metadata.labels, labelSelector))
      .map(pick)
      .filter((kept) => kept !== undefined);
  }

  async apply<T extends KubernetesObject>(kind: Kind<T>, desired: T): Promise<Applied<T>> {
    const before = this.read(kind, desired.metadata);
    return { object: this.put(kind, desired), change: before === undefined ? "created" : "updated" };
  }

  async create<T extends KubernetesObject>(
    kind: Kind<T>,
    desired: T,
  ): Promise<{ object: T; created: boolean }> {
    const before = this.read(kind, desired.metadata);
    return before === undefined
      ? { object: this.put(kind, desired), created: true }
      : { object: before, created: false };
  }

  async remove(kind: Kind, name: ObjectName): Promise<"absent" | "deleting"> {
    return this.#objects.delete(keyOf(kind, name)) ? "deleting" : "absent";
  }

  async writeStatus<T extends KubernetesObject & { status?: unknown }>(
    kind: Kind<T>,
    live: T,
    status: NonNullable<T["status"]>,
  ): Promise<boolean> {
    this.put(kind, { ...live, status });
    return true;
  }

  async annotate<T extends KubernetesObject>(_: Kind<T>, live: T): Promise<T> {
    return live;
  }

  async addFinalizer<T extends KubernetesObject>(_: Kind<T>, live: T): Promise<T> {
    return live;
  }

  async removeFinalizer(): Promise<void> {}

  /** Stores the object as it is, with a uid. */
  put<T extends KubernetesObject>(kind: Kind<T>, object: T): T {
    const uid = this.read(kind, object.metadata)?.metadata.uid ?? randomUUID();
    const stored = { ...object, metadata: { ...object.metadata, uid } };
    this.#objects.set(keyOf(kind, object.metadata), stored);
    return stored;
  }

  #ofKind<T extends KubernetesObject>(kind: Kind<T>): T[] {
    const prefix = `${kind.apiVersion} ${kind.plural} `;
    return [...this.#objects].filter(([key]) => key.startsWith(prefix)).map(([, object]) => object as T);
  }
}

function keyOf({ apiVersion, plural }: Kind, { namespace, name }: ObjectName): string {
  return `${apiVersion} ${plural} ${namespace ?? ""}/${name}`;
}

/** @param selector `key=value` */
function isSelected(labels: Readonly<Record<string, string>> = {}, selector = ""): boolean {
  const [key = "", value] = selector.split("=");
  return selector === "" || labels[key] === value;
}
