import type { KubernetesObject, ObjectName } from "../objects/kinds.ts";
import { isLater } from "../objects/resource-version.ts";
import { weighsMoreThan } from "../objects/weight.ts";

/** A change of an object. `previous` is the earlier state in the store. */
export type Change<T> =
  | { readonly type: "added"; readonly object: T }
  | { readonly type: "updated"; readonly object: T; readonly previous: T }
  | { readonly type: "deleted"; readonly object: T };

export type ChangeHandler<T> = (change: Change<T>) => void;

/** Returns the index values of an object, or none. */
export type Indexer<T> = (object: T) => readonly string[];

export interface ReplaceOptions<T> {
  /** The objects that the list covers, for stores that several lists fill. Default: all. */
  readonly scope?: (object: T) => boolean;
  /** The server's versions went back. Accept the list unchanged. */
  readonly restored?: boolean;
}

/** Why an object is not kept. The first two are the answers `no` and `later` of {@link StoreLimits.counts}. */
export type LeftOut = "foreign" | "unknown-tenant" | "large" | "many";

/** Limits of the objects kept in memory. Default: none. */
export interface StoreLimits<T> {
  /**
   * Whether an object counts. `later`: it does not count by the current knowledge, which may be out of date. The store
   * then reports that it may lack objects of the namespace.
   */
  readonly counts?: (object: T) => "yes" | "no" | "later";
  /** Reduces an object to the part that is kept. A second call changes nothing. */
  readonly reduce?: (object: T) => T;
  /** Limit of the weight of a reduced object, in bytes, approximate. */
  readonly mostBytes?: (object: T) => number;
  /** Limit of the number of objects kept per namespace. */
  readonly mostPerNamespace?: number;
  readonly onLeftOut?: (object: T, why: LeftOut) => void;
}

/** Number of remembered deletions, for answers to writes that arrive after them. */
const deletionsRemembered = 1_000;
/** Number of remembered namespaces that lack objects. Beyond it any namespace may lack some. */
const lackingRemembered = 1_000;

/**
 * The watched objects of one kind, ordered by their versions. An event older than the stored object changes nothing,
 * either late from the watch or early from the answer to a write of the operator.
 */
export class ObjectStore<T extends KubernetesObject> {
  readonly #objects = new Map<string, T>();
  /** Keys of objects that came from a write of the operator and not yet from the watch. */
  readonly #ahead = new Set<string>();
  /** The versions of the latest deletions, oldest first. */
  readonly #deletions = new Map<string, string | undefined>();
  readonly #indexes: ReadonlyMap<string, Index<T>>;
  readonly #byNamespace = new Index<T>((object) => [placeOf(object.metadata)]);
  readonly #handlers: ChangeHandler<T>[] = [];
  readonly #limits: StoreLimits<T>;
  /** Namespaces that lack objects, because some were left out. */
  readonly #lacking = new Set<string>();

  constructor(indexers: Readonly<Record<string, Indexer<T>>> = {}, limits: StoreLimits<T> = {}) {
    this.#indexes = new Map(Object.entries(indexers).map(([name, indexer]) => [name, new Index(indexer)]));
    this.#limits = limits;
  }

  /** Registers a handler of changes, which must not throw. The operator's own writes are not reported to it. */
  onChange(handler: ChangeHandler<T>): void {
    this.#handlers.push(handler);
  }

  get size(): number {
    return this.#objects.size;
  }

  get(name: ObjectName): T | undefined {
    return this.#objects.get(keyOf(name));
  }

  all(): T[] {
    return [...this.#objects.values()];
  }

  /** @throws Error when there is no such index */
  indexed(index: string, value: string): T[] {
    const found = this.#indexes.get(index);
    if (!found) throw new Error(`no index "${index}": there are ${[...this.#indexes.keys()].join(", ")}`);
    return [...found.keys(value)].flatMap((key) => this.#objects.get(key) ?? []);
  }

  /** All objects of a namespace. */
  inNamespace(namespace: string): T[] {
    return [...this.#byNamespace.keys(namespace)].flatMap((key) => this.#objects.get(key) ?? []);
  }

  /** Whether the API server may have an object of this name although the store has none. */
  mayLack(name: ObjectName): boolean {
    return this.#lacking.size > lackingRemembered || this.#lacking.has(placeOf(name));
  }

  /** Returns the part of a received object that is kept, or undefined when the object is left out. */
  reduced(object: T): T | undefined {
    const { counts, reduce, mostBytes } = this.#limits;
    const verdict = counts?.(object) ?? "yes";
    if (verdict === "no") return this.#leaveOut(object, "foreign", false);
    if (verdict === "later") return this.#leaveOut(object, "unknown-tenant", true);
    const kept = reduce ? reduce(object) : object;
    const tooLarge = mostBytes !== undefined && weighsMoreThan(kept, mostBytes(kept));
    return tooLarge ? this.#leaveOut(object, "large", true) : kept;
  }

  /** Reduces the items of a list page by page. It keeps no more objects per namespace than the limit. */
  collector(): (arrived: readonly T[]) => readonly T[] {
    const { mostPerNamespace = Number.POSITIVE_INFINITY } = this.#limits;
    const items: T[] = [];
    const counted = new Map<string, number>();
    return (arrived) => {
      for (const object of arrived) {
        const kept = this.reduced(object);
        if (kept === undefined) continue;
        const place = placeOf(kept.metadata);
        const before = counted.get(place) ?? 0;
        if (kept.metadata.namespace !== undefined && before >= mostPerNamespace) {
          this.#leaveOut(kept, "many", true);
          continue;
        }
        counted.set(place, before + 1);
        items.push(kept);
      }
      return items;
    };
  }

  /** Stores an object from the watch. */
  upsert(arrived: T): void {
    const object = this.reduced(arrived);
    if (object === undefined) this.#forget(arrived);
    else if (this.#isFull(object)) this.#leaveOut(object, "many", true);
    else this.#take(object);
  }

  #take(object: T): void {
    const key = keyOf(object.metadata);
    const previous = this.#objects.get(key);
    if (previous && !isLater(object.metadata.resourceVersion, previous.metadata.resourceVersion)) {
      this.#ahead.delete(key);
      return;
    }
    this.#put(key, object);
    this.#ahead.delete(key);
    this.#report(previous ? { type: "updated", object, previous } : { type: "added", object });
  }

  /** Removes an object by an event of the watch. `object` is the last state, with the version of the deletion. */
  remove(object: T): void {
    const key = keyOf(object.metadata);
    const previous = this.#objects.get(key);
    if (!previous && this.#limits.counts?.(object) === "no") return;
    this.#rememberDeletion(key, object.metadata.resourceVersion);
    if (!previous) return;
    if (isLater(previous.metadata.resourceVersion, object.metadata.resourceVersion)) return;
    this.#drop(key);
    this.#report({ type: "deleted", object: this.#limits.reduce?.(object) ?? object });
  }

  /** Stores the answer to a write of the operator, so that the next read sees it before the watch delivers it. */
  written(answer: T): void {
    const object = this.reduced(answer);
    if (object === undefined) return;
    const key = keyOf(object.metadata);
    const previous = this.#objects.get(key);
    const known = previous?.metadata.resourceVersion ?? this.#deletions.get(key);
    // A written object that others have deleted since would stay forever, because no watch reports its deletion again.
    if (known !== undefined && !isLater(object.metadata.resourceVersion, known)) return;
    this.#put(key, object);
    this.#ahead.add(key);
  }

  /**
   * Stores a complete list, reduced by {@link collector}, and reports the differences. Newer writes of the operator
   * stay, unless the server's versions went back: then the server was restored and the list is complete.
   */
  replace(items: readonly T[], resourceVersion: string, options: ReplaceOptions<T> = {}): void {
    const { scope, restored = false } = options;
    if (restored) this.#deletions.clear();
    const listed = new Set(items.map((item) => keyOf(item.metadata)));
    for (const [key, previous] of [...this.#objects]) {
      if (listed.has(key) || (scope && !scope(previous))) continue;
      const newer = isLater(previous.metadata.resourceVersion, resourceVersion);
      if (this.#ahead.has(key) && newer && !restored) continue;
      this.#drop(key);
      this.#report({ type: "deleted", object: previous });
    }
    for (const item of items) {
      if (restored) this.#drop(keyOf(item.metadata));
      this.#take(item);
    }
  }

  #isFull({ metadata }: T): boolean {
    const { mostPerNamespace } = this.#limits;
    const { namespace } = metadata;
    if (namespace === undefined || mostPerNamespace === undefined) return false;
    return !this.#objects.has(keyOf(metadata)) && this.#byNamespace.keys(namespace).size >= mostPerNamespace;
  }

  #leaveOut(object: T, why: LeftOut, isLacking: boolean): undefined {
    if (isLacking && this.#lacking.size <= lackingRemembered) this.#lacking.add(placeOf(object.metadata));
    this.#limits.onLeftOut?.(object, why);
  }

  /** Drops the stored object, which is older than the one left out. Handlers see it as a deletion. */
  #forget({ metadata }: T): void {
    const key = keyOf(metadata);
    const previous = this.#objects.get(key);
    if (previous === undefined || isLater(previous.metadata.resourceVersion, metadata.resourceVersion))
      return;
    this.#drop(key);
    this.#report({ type: "deleted", object: previous });
  }

  #rememberDeletion(key: string, resourceVersion: string | undefined): void {
    this.#deletions.delete(key);
    this.#deletions.set(key, resourceVersion);
    const [oldest] = this.#deletions.keys();
    if (this.#deletions.size > deletionsRemembered && oldest !== undefined) this.#deletions.delete(oldest);
  }

  #put(key: string, object: T): void {
    const previous = this.#objects.get(key);
    for (const index of this.#allIndexes()) index.move(key, previous, object);
    this.#objects.set(key, object);
  }

  #drop(key: string): void {
    const previous = this.#objects.get(key);
    for (const index of this.#allIndexes()) index.move(key, previous, undefined);
    this.#objects.delete(key);
    this.#ahead.delete(key);
  }

  #allIndexes(): Index<T>[] {
    return [this.#byNamespace, ...this.#indexes.values()];
  }

  #report(change: Change<T>): void {
    for (const handler of this.#handlers) handler(change);
  }
}

class Index<T> {
  readonly #indexer: Indexer<T>;
  readonly #keysByValue = new Map<string, Set<string>>();

  constructor(indexer: Indexer<T>) {
    this.#indexer = indexer;
  }

  keys(value: string): ReadonlySet<string> {
    return this.#keysByValue.get(value) ?? new Set();
  }

  move(key: string, previous: T | undefined, next: T | undefined): void {
    for (const value of previous === undefined ? [] : this.#indexer(previous)) this.#remove(value, key);
    for (const value of next === undefined ? [] : this.#indexer(next)) this.#add(value, key);
  }

  #add(value: string, key: string): void {
    const keys = this.#keysByValue.get(value);
    if (keys) keys.add(key);
    else this.#keysByValue.set(value, new Set([key]));
  }

  #remove(value: string, key: string): void {
    const keys = this.#keysByValue.get(value);
    keys?.delete(key);
    if (keys?.size === 0) this.#keysByValue.delete(value);
  }
}

/** The object's namespace, or its name if the object is a namespace. */
function placeOf({ namespace, name }: ObjectName): string {
  return namespace ?? name;
}

/** `namespace/name`, or `name` for a cluster-scoped object. */
export function keyOf({ namespace, name }: ObjectName): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}
