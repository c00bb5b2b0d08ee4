import type { Milliseconds, TimerClock } from "../../../../process/clock.ts";
import type { Random } from "../../base/backoff.ts";
import type { KubernetesClient } from "../client/client.ts";
import type { Kind, KubernetesObject } from "../objects/kinds.ts";
import { trim } from "../objects/trim.ts";
import { Reflector, type ReflectorEvent, type Selection } from "./reflector.ts";
import { type ChangeHandler, type Indexer, ObjectStore, type StoreLimits } from "./store.ts";
import type { Stores } from "./watched-cluster.ts";

export interface WatchContext {
  readonly client: KubernetesClient;
  readonly stores: Stores;
  readonly clock: TimerClock;
  readonly random: Random;
  readonly observe?: (event: ReflectorEvent) => void;
  readonly stallAfter?: Milliseconds;
}

export interface WatchKindOptions<T> {
  /** Each is watched by a reflector of its own; everything of the kind by default. */
  readonly parts?: readonly WatchedPart<T>[];
  readonly indexers?: Readonly<Record<string, Indexer<T>>>;
  readonly onChange?: ChangeHandler<T>;
  /** What is kept in memory; by default {@link trim} reduces, and {@link mostBytes} and `mostPerNamespace` bound it. */
  readonly limits?: Omit<StoreLimits<T>, "onLeftOut">;
  /** What must be known before the first list. */
  readonly after?: Promise<unknown>;
}

/** What a kept object may weigh: the largest that the operator makes weigh a quarter of it. */
export const mostBytes = 32 * 1024;
/** The objects of one kind in one namespace: several times what the operator makes. */
const mostPerNamespace = 64;

/** A part of a kind, where the whole may not be read or is not wanted. Parts must not overlap in scope. */
export interface WatchedPart<T> {
  readonly selection: Selection;
  readonly scope?: (object: T) => boolean;
}

/** Reflectors of one kind whose store is among `stores`, found by namespace and by the given indexes. */
export function watchKind<T extends KubernetesObject>(
  context: WatchContext,
  kind: Kind<T>,
  options: WatchKindOptions<T> = {},
): Reflector<T>[] {
  const { client, stores, clock, random, observe, stallAfter } = context;
  const store = new ObjectStore<T>(options.indexers, {
    reduce: trim,
    mostBytes: () => mostBytes,
    mostPerNamespace,
    ...options.limits,
    onLeftOut: ({ metadata: { namespace, name } }, why) =>
      observe?.({ type: "left out", kind: kind.kind, namespace, name, why }),
  });
  if (options.onChange) store.onChange(options.onChange);
  stores.add(kind, store);
  const common = {
    client,
    kind,
    store,
    clock,
    random,
    ...(observe ? { observe } : {}),
    ...(options.after ? { after: options.after } : {}),
    ...(stallAfter === undefined ? {} : { stallAfter }),
  };
  const parts: readonly WatchedPart<T>[] = options.parts ?? [{ selection: {} }];
  return parts.map((part) => new Reflector<T>({ ...common, ...part }));
}
