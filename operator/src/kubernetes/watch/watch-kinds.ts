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
  /** One reflector watches each part. Default: all objects of the kind. */
  readonly parts?: readonly WatchedPart<T>[];
  readonly indexers?: Readonly<Record<string, Indexer<T>>>;
  readonly onChange?: ChangeHandler<T>;
  /**
   * Limits of the kept objects. Default: {@link trim} reduces, and {@link mostBytes} and `mostPerNamespace` bound
   * it.
   */
  readonly limits?: Omit<StoreLimits<T>, "onLeftOut">;
  /** Resolves when the first list may start. */
  readonly after?: Promise<unknown>;
}

/** Limit of the weight of a kept object: four times the largest that the operator creates. */
export const mostBytes = 32 * 1024;
/** Limit of the objects of one kind in one namespace: several times the number that the operator creates. */
const mostPerNamespace = 64;

/** A part of a kind, for when the whole kind may not be read or is not needed. Scopes of parts must not overlap. */
export interface WatchedPart<T> {
  readonly selection: Selection;
  readonly scope?: (object: T) => boolean;
}

/** Starts the reflectors of one kind. They fill its store, indexed by namespace and by the given indexes. */
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
