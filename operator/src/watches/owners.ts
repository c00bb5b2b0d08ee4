import type { Priority } from "../kubernetes/loop/queue.ts";
import type { KubernetesObject } from "../kubernetes/objects/kinds.ts";
import type { ObjectStore } from "../kubernetes/watch/store.ts";
import type { Tenant } from "../tenant/model/kinds.ts";
import { looksLikeTenantNamespace } from "../tenant/model/names/names.ts";
import { placeOf } from "./selections.ts";

/** Queues a reconcile of a tenant. */
export type Enqueue = (tenant: string, priority: Priority) => void;

/** The indexes of Tenants. */
export type TenantIndex = "plan" | "host" | "namespace";

/**
 * Finds the Tenant that an object belongs to, by the object's namespace. Labels are not trusted. Each change of such an
 * object queues a reconcile of the Tenant.
 */
export class Owners {
  /** Resolves when all Tenants are loaded. */
  readonly known: Promise<unknown>;
  readonly #tenants: ObjectStore<Tenant>;
  readonly #enqueue: Enqueue;

  constructor(tenants: ObjectStore<Tenant>, known: Promise<unknown>, enqueue: Enqueue) {
    this.#tenants = tenants;
    this.known = known;
    this.#enqueue = enqueue;
  }

  /** Whether an object is in a tenant's namespace. `later`: its Tenant may not be loaded yet. */
  readonly counts = (object: KubernetesObject): "yes" | "no" | "later" => {
    if (this.#tenants.indexed("namespace", placeOf(object)).length > 0) return "yes";
    return looksLikeTenantNamespace(placeOf(object)) ? "later" : "no";
  };

  has(name: string): boolean {
    return this.#tenants.get({ name }) !== undefined;
  }

  /** Queues the Tenant that owns the object's namespace. */
  enqueueOwnerOf(object: KubernetesObject): void {
    this.enqueueIndexed("namespace", placeOf(object));
  }

  /** Queues all Tenants with this plan, host or namespace. */
  enqueueIndexed(index: TenantIndex, value: string): void {
    for (const tenant of this.#tenants.indexed(index, value)) this.#enqueue(tenant.metadata.name, "change");
  }

  /** Queues the Tenant of that name, if it exists and has this uid where one is given. */
  enqueueNamed(name: string, uid?: string): void {
    const tenant = this.#tenants.get({ name });
    if (tenant === undefined || (uid !== undefined && tenant.metadata.uid !== uid)) return;
    this.#enqueue(name, "change");
  }

  enqueueAll(): void {
    for (const tenant of this.#tenants.all()) this.#enqueue(tenant.metadata.name, "change");
  }
}
