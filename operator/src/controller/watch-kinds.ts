import type { KubernetesClient } from "../clients/kubernetes/client.ts";
import type { Clock, Milliseconds, Random } from "./clock.ts";
import type { Kind, KubernetesObject } from "./kinds.ts";
import { Reflector, type ReflectorEvent, type Selection } from "./reflector.ts";
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
  /** Each is watched by a reflector of its own; everything of the kind by default. */
  readonly parts?: readonly WatchedPart<T>[];
  readonly indexers?: Readonly<Record<string, Indexer<T>>>;
  readonly onChange?: ChangeHandler<T>;
}

/** A part of a kind, where the whole may not be read or is not wanted. Parts must not overlap in scope. */
export interface WatchedPart<T> {
  readonly selection: Selection;
  readonly scope?: (object: T) => boolean;
}

/** Reflectors of one kind whose store is among `stores`, found by tenant and by the given indexes. */
export function watchKind<T extends KubernetesObject>(
  context: WatchContext,
  kind: Kind<T>,
  options: WatchKindOptions<T> = {},
): Reflector<T>[] {
  const { client, stores, clock, random, observe, stallAfter } = context;
  const byTenant = (object: T) => {
    const tenant = tenantOf(object);
    return tenant === undefined ? [] : [tenant];
  };
  const store = new ObjectStore<T>({ [tenantLabel]: byTenant, ...options.indexers });
  if (options.onChange) store.onChange(options.onChange);
  stores.add(kind, store);
  const common = {
    client,
    kind,
    store,
    trim,
    clock,
    random,
    ...(observe ? { observe } : {}),
    ...(stallAfter === undefined ? {} : { stallAfter }),
  };
  const parts: readonly WatchedPart<T>[] = options.parts ?? [{ selection: {} }];
  return parts.map((part) => new Reflector<T>({ ...common, ...part }));
}
