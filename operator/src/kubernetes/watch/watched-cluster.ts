import { canonicalJson } from "../../base/canonical-json.ts";
import { Applier, type ApplyReport } from "../apply/apply.ts";
import type { Applied, Cluster, ScanOptions } from "../apply/cluster.ts";
import type { KubernetesClient } from "../client/client.ts";
import { AlreadyExists, Conflict, NotFound } from "../client/errors.ts";
import type { Kind, KubernetesObject, ObjectName } from "../objects/kinds.ts";
import { fieldManager } from "../objects/ownership.ts";
import { trim } from "../objects/trim.ts";
import { keyOf, type ObjectStore } from "./store.ts";

/** The stores by kind. Reflectors fill them. */
export class Stores {
  readonly #byKind = new Map<string, ObjectStore<never>>();

  add<T extends KubernetesObject>(kind: Kind<T>, store: ObjectStore<T>): void {
    this.#byKind.set(id(kind), store as unknown as ObjectStore<never>);
  }

  find<T extends KubernetesObject>(kind: Kind<T>): ObjectStore<T> | undefined {
    return this.#byKind.get(id(kind)) as unknown as ObjectStore<T> | undefined;
  }

  /** @throws Error when the kind is not watched */
  of<T extends KubernetesObject>(kind: Kind<T>): ObjectStore<T> {
    const store = this.find(kind);
    if (!store)
      throw new Error(
        `${kind.kind} is not watched: use get or scan, or watch it in watches/watch-tenants.ts`,
      );
    return store;
  }
}

function id(kind: Kind): string {
  return `${kind.apiVersion}/${kind.kind}`;
}

/** The {@link Cluster} that reads watched copies and writes by one client. */
export class WatchedCluster implements Cluster {
  readonly #client: KubernetesClient;
  readonly #stores: Stores;
  readonly #applier: Applier;

  constructor(client: KubernetesClient, stores: Stores, observe?: (report: ApplyReport) => void) {
    this.#client = client;
    this.#stores = stores;
    this.#applier = new Applier(observe ? { client, observe } : { client });
  }

  read<T extends KubernetesObject>(kind: Kind<T>, name: ObjectName): T | undefined {
    return this.#stores.of(kind).get(name);
  }

  async find<T extends KubernetesObject>(kind: Kind<T>, name: ObjectName): Promise<T | undefined> {
    const store = this.#stores.of(kind);
    return store.get(name) ?? (store.mayLack(name) ? this.#trimmed(kind, name) : undefined);
  }

  inNamespace<T extends KubernetesObject>(kind: Kind<T>, namespace: string): readonly T[] {
    return this.#stores.of(kind).inNamespace(namespace);
  }

  indexed<T extends KubernetesObject>(kind: Kind<T>, index: string, value: string): readonly T[] {
    return this.#stores.of(kind).indexed(index, value);
  }

  async get<T extends KubernetesObject>(kind: Kind<T>, name: ObjectName): Promise<T | undefined> {
    try {
      return await this.#client.get(kind, name);
    } catch (error) {
      if (error instanceof NotFound) return undefined;
      throw error;
    }
  }

  async scan<T extends KubernetesObject, Kept>(
    kind: Kind<T>,
    pick: (object: T) => Kept | undefined,
    { most = Number.POSITIVE_INFINITY, ...options }: ScanOptions = {},
  ): Promise<readonly Kept[]> {
    const kept: Kept[] = [];
    for await (const page of this.#client.pages(kind, { limit: 500, ...options })) {
      for (const object of page.items) {
        const picked = pick(object);
        if (picked !== undefined && kept.length < most) kept.push(picked);
      }
      if (kept.length >= most) break;
    }
    return kept;
  }

  async apply<T extends KubernetesObject>(kind: Kind<T>, desired: T): Promise<Applied<T>> {
    const store = this.#stores.find(kind);
    const name = nameOf(desired);
    const live = store ? await this.find(kind, name) : await this.#trimmed(kind, name);
    const applied = await this.#applier.apply(kind, desired, live);
    this.#written(kind, applied.object);
    return applied;
  }

  async create<T extends KubernetesObject>(
    kind: Kind<T>,
    desired: T,
  ): Promise<{ object: T; created: boolean }> {
    const seen = this.#stores.find(kind)?.get(nameOf(desired));
    if (seen) return { object: seen, created: false };
    try {
      const object = await this.#client.create(kind, desired, { fieldManager });
      this.#written(kind, object);
      return { object, created: true };
    } catch (error) {
      if (!(error instanceof AlreadyExists)) throw error;
      const object = await this.#client.get(kind, nameOf(desired));
      this.#written(kind, object);
      return { object, created: false };
    }
  }

  async remove(
    kind: Kind,
    name: ObjectName,
    options: { uid?: string; certain?: boolean } = {},
  ): Promise<"absent" | "deleting"> {
    const store = this.#stores.find(kind);
    const live = options.certain || !store ? await this.get(kind, name) : await this.find(kind, name);
    if (!live || (options.uid !== undefined && live.metadata.uid !== options.uid)) return "absent";
    if (live.metadata.deletionTimestamp !== undefined) return "deleting";
    return this.#delete(kind, name, live.metadata.uid);
  }

  async writeStatus<T extends KubernetesObject & { status?: unknown }>(
    kind: Kind<T>,
    live: T,
    status: NonNullable<T["status"]>,
  ): Promise<boolean> {
    if (canonicalJson(live.status ?? {}) === canonicalJson(status)) return false;
    const { apiVersion, metadata } = live;
    const pinned = { name: metadata.name, ...(metadata.uid === undefined ? {} : { uid: metadata.uid }) };
    const object = {
      apiVersion,
      kind: kind.kind,
      metadata: metadata.namespace === undefined ? pinned : { ...pinned, namespace: metadata.namespace },
      status,
    };
    const written = await this.#client.apply(kind, object as unknown as T, {
      fieldManager,
      subresource: "status",
    });
    this.#written(kind, written);
    return true;
  }

  async annotate<T extends KubernetesObject>(
    kind: Kind<T>,
    live: T,
    annotation: string,
    text: string,
  ): Promise<T> {
    const patch = { metadata: { uid: live.metadata.uid, annotations: { [annotation]: text } } };
    const written = await this.#client.merge(kind, nameOf(live), patch, { fieldManager });
    this.#written(kind, written);
    return written;
  }

  async addFinalizer<T extends KubernetesObject>(kind: Kind<T>, live: T, finalizer: string): Promise<T> {
    if (live.metadata.finalizers?.includes(finalizer)) return live;
    return this.#setFinalizers(kind, live, finalizer, (others) => [...others, finalizer]);
  }

  async removeFinalizer<T extends KubernetesObject>(
    kind: Kind<T>,
    live: T,
    finalizer: string,
  ): Promise<void> {
    if (!live.metadata.finalizers?.includes(finalizer)) return;
    try {
      await this.#setFinalizers(kind, live, finalizer, (others) => others);
    } catch (error) {
      if (!(error instanceof NotFound)) throw error;
    }
  }

  /**
   * Sets the finalizers by a merge patch, which replaces the whole list. The copy may hold only a part of the list, so
   * the patch extends the API server's list. It takes effect only for the version that was read.
   */
  async #setFinalizers<T extends KubernetesObject>(
    kind: Kind<T>,
    live: T,
    finalizer: string,
    change: (others: readonly string[]) => readonly string[],
  ): Promise<T> {
    const current = await this.#client.get(kind, nameOf(live));
    const others = (current.metadata.finalizers ?? []).filter((present) => present !== finalizer);
    const finalizers = change(others);
    const { uid, resourceVersion } = live.metadata;
    const patch = { metadata: { uid, resourceVersion, finalizers } };
    const written = await this.#client.merge(kind, nameOf(live), patch, { fieldManager });
    const gone = finalizers.length === 0 && written.metadata.deletionTimestamp !== undefined;
    if (!gone) this.#written(kind, written);
    return written;
  }

  async #delete(kind: Kind, name: ObjectName, uid: string | undefined): Promise<"absent" | "deleting"> {
    try {
      await this.#client.delete(kind, name, uid === undefined ? {} : { uid });
      return "deleting";
    } catch (error) {
      // Conflict: the intended object is gone, and another one has its name.
      if (error instanceof NotFound || error instanceof Conflict) return "absent";
      throw error;
    }
  }

  async #trimmed<T extends KubernetesObject>(kind: Kind<T>, name: ObjectName): Promise<T | undefined> {
    const live = await this.get(kind, name);
    return live && trim(live);
  }

  #written<T extends KubernetesObject>(kind: Kind<T>, object: T): void {
    const store = this.#stores.find(kind);
    if (store && store.get(nameOf(object)) !== object) store.written(object);
  }
}

function nameOf({ metadata }: KubernetesObject): ObjectName {
  const { namespace, name } = metadata;
  return namespace === undefined ? { name } : { namespace, name };
}

export { keyOf };
