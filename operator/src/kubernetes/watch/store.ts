import type { KubernetesObject, ObjectName } from "../objects/kinds.ts";
import { isLater } from "../objects/resource-version.ts";
import { weighsMoreThan } from "../objects/weight.ts";

/** What happened to an object; `previous` is what the store had before. */
export type Change<T> =
  | { readonly type: "added"; readonly object: T }
  | { readonly type: "updated"; readonly object: T; readonly previous: T }
  | { readonly type: "deleted"; readonly object: T };

export type ChangeHandler<T> = (change: Change<T>) => void;

/** Gives the values under which an object is found, or none. */
export type Indexer<T> = (object: T) => readonly string[];

export interface ReplaceOptions<T> {
  /** What the list covers, where several lists fill one store; everything by default. */
  readonly scope?: (object: T) => boolean;
  /** Versions are lower than they were: take the list as it is. */
  readonly restored?: boolean;
}

/** Why an object that arrived is not kept: the first two answer `no` and `later` of {@link StoreLimits.counts}. */
export type LeftOut = "foreign" | "unknown-tenant" | "large" | "many";

/** What of the objects that arrive is kept in memory; all of everything by default. */
export interface StoreLimits<T> {
  /**
   * Whether an object counts. `later`: not by what is known now, but what is known may be behind; the store
   * then says of its namespace that it may lack objects.
   */
  readonly counts?: (object: T) => "yes" | "no" | "later";
  /** Reduces an object to what is kept of it. Applied twice it changes nothing more. */
  readonly reduce?: (object: T) => T;
  /** What one object may weigh once it is reduced, about in bytes. */
  readonly mostBytes?: (object: T) => number;
  /** How many objects of one namespace are kept. */
  readonly mostPerNamespace?: number;
  readonly onLeftOut?: (object: T, why: LeftOut) => void;
}

/** So many deletions are remembered, for answers to writes that arrive after them. */
const deletionsRemembered = 1_000;
/** So many namespaces are remembered of which something was left out; after that it may be any. */
const lackingRemembered = 1_000;

/**
 * The watched objects of one kind, as far as their versions say: an event that is older than what is here
 * changes nothing, whether it comes late from the watch or early from the answer to a write of our own.
 */
export class ObjectStore<T extends KubernetesObject> {
  readonly #objects = new Map<string, T>();
  /** Keys whose object came from a write of ours and not yet from the watch. */
  readonly #ahead = new Set<string>();
  /** The versions of the latest deletions, oldest first. */
  readonly #deletions = new Map<string, string | undefined>();
  readonly #indexes: ReadonlyMap<string, Index<T>>;
  readonly #byNamespace = new Index<T>((object) => [placeOf(object.metadata)]);
  readonly #handlers: ChangeHandler<T>[] = [];
  readonly #limits: StoreLimits<T>;
  /** Namespaces of which something was left out. */
  readonly #lacking = new Set<string>();

  constructor(indexers: Readonly<Record<string, Indexer<T>>> = {}, limits: StoreLimits<T> = {}) {
    this.#indexes = new Map(Object.entries(indexers).map(([name, indexer]) => [name, new Index(indexer)]));
    this.#limits = limits;
  }

  /** Registers a handler of changes; it must not throw. Writes of our own are not reported to it. */
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

  /** What is kept of an object that arrived, or undefined when it is left out. */
  reduced(object: T): T | undefined {
    const { counts, reduce, mostBytes } = this.#limits;
    const verdict = counts?.(object) ?? "yes";
    if (verdict === "no") return this.#leaveOut(object, "foreign", false);
    if (verdict === "later") return this.#leaveOut(object, "unknown-tenant", true);
    const kept = reduce ? reduce(object) : object;
    const tooLarge = mostBytes !== undefined && weighsMoreThan(kept, mostBytes(kept));
    return tooLarge ? this.#leaveOut(object, "large", true) : kept;
  }

  /** The reduced items of a list as it comes, page by page: of no namespace more than are kept of it. */
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

  /** Takes an object from the watch. */
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

  /** Takes a deletion from the watch; `object` is the last state, with the version of the deletion. */
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

  /** Takes the answer to a write of ours, so that the next read sees it before the watch brings it. */
  written(answer: T): void {
    const object = this.reduced(answer);
    if (object === undefined) return;
    const key = keyOf(object.metadata);
    const previous = this.#objects.get(key);
    const known = previous?.metadata.resourceVersion ?? this.#deletions.get(key);
    // A write that others have deleted since would stay here for ever: no watch brings its end again.
    if (known !== undefined && !isLater(object.metadata.resourceVersion, known)) return;
    this.#put(key, object);
    this.#ahead.add(key);
  }

  /**
   * Takes a complete list, as {@link collector} has reduced it, and reports the differences. Writes of ours that are newer than the list stay,
   * unless the server's versions ran backwards: then it was restored and the list is all there is.
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

  /** What is here is older than what was left out; whoever depends on it looks again, as at a deletion. */
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

/** The namespace that an object is in, or is. */
function placeOf({ namespace, name }: ObjectName): string {
  return namespace ?? name;
}

/** `namespace/name`, or `name` where there is no namespace. */
export function keyOf({ namespace, name }: ObjectName): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}
