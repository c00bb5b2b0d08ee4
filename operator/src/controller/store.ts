import type { KubernetesObject, ObjectName } from "./kinds.ts";
import { isLater } from "./resource-version.ts";

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

/** So many deletions are remembered, for answers to writes that arrive after them. */
const deletionsRemembered = 1_000;

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
  readonly #handlers: ChangeHandler<T>[] = [];

  constructor(indexers: Readonly<Record<string, Indexer<T>>> = {}) {
    this.#indexes = new Map(Object.entries(indexers).map(([name, indexer]) => [name, new Index(indexer)]));
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

  /** Takes an object from the watch. */
  upsert(object: T): void {
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
    this.#rememberDeletion(key, object.metadata.resourceVersion);
    if (!previous) return;
    if (isLater(previous.metadata.resourceVersion, object.metadata.resourceVersion)) return;
    this.#drop(key);
    this.#report({ type: "deleted", object });
  }

  /** Takes the answer to a write of ours, so that the next read sees it before the watch brings it. */
  written(object: T): void {
    const key = keyOf(object.metadata);
    const previous = this.#objects.get(key);
    const known = previous?.metadata.resourceVersion ?? this.#deletions.get(key);
    // A write that others have deleted since would stay here for ever: no watch brings its end again.
    if (known !== undefined && !isLater(object.metadata.resourceVersion, known)) return;
    this.#put(key, object);
    this.#ahead.add(key);
  }

  /**
   * Takes a complete list and reports the differences. Writes of ours that are newer than the list stay,
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
      this.upsert(item);
    }
  }

  #rememberDeletion(key: string, resourceVersion: string | undefined): void {
    this.#deletions.delete(key);
    this.#deletions.set(key, resourceVersion);
    const [oldest] = this.#deletions.keys();
    if (this.#deletions.size > deletionsRemembered && oldest !== undefined) this.#deletions.delete(oldest);
  }

  #put(key: string, object: T): void {
    const previous = this.#objects.get(key);
    for (const index of this.#indexes.values()) index.move(key, previous, object);
    this.#objects.set(key, object);
  }

  #drop(key: string): void {
    const previous = this.#objects.get(key);
    for (const index of this.#indexes.values()) index.move(key, previous, undefined);
    this.#objects.delete(key);
    this.#ahead.delete(key);
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

/** `namespace/name`, or `name` where there is no namespace. */
export function keyOf({ namespace, name }: ObjectName): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}
