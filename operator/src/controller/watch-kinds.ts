import type { KubernetesClient } from "../clients/kubernetes/client.ts";
import type { Clock, Milliseconds, Random } from "./clock.ts";
import type { Kind, KubernetesObject } from "./kinds.ts";
import { Reflector, type ReflectorEvent } from "./reflector.ts";
import { type ChangeHandler, type Indexer, ObjectStore } from "./store.ts";
import { trim } from "./trim.ts";
import { type Stores, tenantLabel, tenantOf } from "./watched-cluster.ts";

export interface WatchContext {
  readonly client: KubernetesClient;
  readonly stores: Stores;
  readonly clock: Clock;
  readonly random: Random;
  readonly observe?: (event: ReflectorEvent) => void;
  readonly stallAfter?: Milliseconds;
}

export interface WatchKindOptions<T> {
  readonly labelSelector?: string;
  readonly indexers?: Readonly<Record<string, Indexer<T>>>;
  readonly onChange?: ChangeHandler<T>;
}

/** A reflector of one kind whose store is among `stores`, found by tenant and by the given indexes. */
export function watchKind<T extends KubernetesObject>(
  context: WatchContext,
  kind: Kind<T>,
  options: WatchKindOptions<T> = {},
): Reflector<T> {
  const { client, stores, clock, random, observe, stallAfter } = context;
  const byTenant = (object: T) => {
    const tenant = tenantOf(object);
    return tenant === undefined ? [] : [tenant];
  };
  const store = new ObjectStore<T>({ [tenantLabel]: byTenant, ...options.indexers });
  if (options.onChange) store.onChange(options.onChange);
  stores.add(kind, store);
  return new Reflector({
    client,
    kind,
    store,
    trim,
    clock,
    random,
    ...(options.labelSelector === undefined ? {} : { labelSelector: options.labelSelector }),
    ...(observe ? { observe } : {}),
    ...(stallAfter === undefined ? {} : { stallAfter }),
  });
}
