import type { Priority } from "../kubernetes/loop/queue.ts";
import type { KubernetesObject } from "../kubernetes/objects/kinds.ts";
import type { ObjectStore } from "../kubernetes/watch/store.ts";
import type { Tenant } from "../tenant/model/kinds.ts";
import { looksLikeTenantNamespace } from "../tenant/model/names.ts";
import { placeOf } from "./selections.ts";

/** Makes a tenant due. */
export type Enqueue = (tenant: string, priority: Priority) => void;

/** By what Tenants are found. */
export type TenantIndex = "plan" | "host" | "namespace";

/**
 * Which Tenant an object belongs to. Labels are not trusted: an object counts when its namespace is that of a
 * Tenant, and makes that Tenant due.
 */
export class Owners {
  /** Resolves when all Tenants are known. */
  readonly known: Promise<unknown>;
  readonly #tenants: ObjectStore<Tenant>;
  readonly #enqueue: Enqueue;

  constructor(tenants: ObjectStore<Tenant>, known: Promise<unknown>, enqueue: Enqueue) {
    this.#tenants = tenants;
    this.known = known;
    this.#enqueue = enqueue;
  }

  /** Whether an object is in a tenant's namespace; `later` when the Tenant may only not be known yet. */
  readonly counts = (object: KubernetesObject): "yes" | "no" | "later" => {
    if (this.#tenants.indexed("namespace", placeOf(object)).length > 0) return "yes";
    return looksLikeTenantNamespace(placeOf(object)) ? "later" : "no";
  };

  has(name: string): boolean {
    return this.#tenants.get({ name }) !== undefined;
  }

  /** Makes the Tenant due in whose namespace the object is. */
  enqueueOwnerOf(object: KubernetesObject): void {
    this.enqueueIndexed("namespace", placeOf(object));
  }

  /** Makes all Tenants due that have this plan, host or namespace. */
  enqueueIndexed(index: TenantIndex, value: string): void {
    for (const tenant of this.#tenants.indexed(index, value)) this.#enqueue(tenant.metadata.name, "change");
  }

  /** Makes the Tenant of that name due, if there is one, and if it has this uid where one is given. */
  enqueueNamed(name: string, uid?: string): void {
    const tenant = this.#tenants.get({ name });
    if (tenant === undefined || (uid !== undefined && tenant.metadata.uid !== uid)) return;
    this.#enqueue(name, "change");
  }

  enqueueAll(): void {
    for (const tenant of this.#tenants.all()) this.#enqueue(tenant.metadata.name, "change");
  }
}
