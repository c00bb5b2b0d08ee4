import type { Milliseconds, TimerClock } from "../../../../process/clock.ts";
import type { LogFields } from "../../../../process/log.ts";
import { aborted } from "../../base/aborted.ts";
import { type BackoffLimits, backoffDelay, type Random } from "../../base/backoff.ts";
import { pause } from "../../base/pause.ts";
import type { KubernetesClient } from "../client/client.ts";
import { Gone, KubernetesError } from "../client/errors.ts";
import type { Kind, KubernetesObject } from "../objects/kinds.ts";
import { isLater } from "../objects/resource-version.ts";
import type { LeftOut, ObjectStore } from "./store.ts";

export interface ReflectorOptions<T extends KubernetesObject> {
  readonly client: KubernetesClient;
  readonly kind: Kind<T>;
  readonly store: ObjectStore<T>;
  /** The part of the kind to watch. Default: all objects. */
  readonly selection?: Selection;
  /** Whether the selection covers an object, for stores that several reflectors fill. */
  readonly scope?: (object: T) => boolean;
  /** Resolves when the first list may start, for example when all Tenants are loaded. */
  readonly after?: Promise<unknown>;
  readonly clock: TimerClock;
  readonly random: Random;
  readonly observe?: (event: ReflectorEvent) => void;
  /** Objects per page, default 500. A page larger than {@link pageBytes} is fetched again in smaller ones. */
  readonly pageSize?: number;
  /** Bytes per page, default 2 MiB. A page with a single object may have any size. */
  readonly pageBytes?: number;
  /**
   * A watch without events for this time counts as broken. kube-apiserver sends a bookmark about every minute, so the
   * default of 150 s means two lost ones.
   */
  readonly stallAfter?: Milliseconds;
  readonly backoff?: BackoffLimits;
}

export interface Selection {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** An event of a reflector, for logs and metrics. */
export type ReflectorEvent =
  | { readonly type: "listed"; readonly kind: string; readonly items: number }
  | { readonly type: "watching"; readonly kind: string; readonly resourceVersion: string }
  /** An object is not kept in memory; see `StoreLimits`. */
  | {
      readonly type: "left out";
      readonly kind: string;
      readonly namespace: string | undefined;
      readonly name: string;
      readonly why: LeftOut;
    }
  | { readonly type: "failed"; readonly kind: string; readonly error: unknown; readonly relist: boolean };

/** The fields of a log line about the event. */
export function logFieldsOf(event: ReflectorEvent): LogFields {
  if (event.type !== "watching") return { ...event };
  const { resourceVersion, ...fields } = event;
  return { ...fields, resource_version: resourceVersion };
}

/** After this many failed attempts to continue a watch, the reflector lists again. */
const failuresBeforeRelist = 5;

/**
 * Keeps a store equal to the objects of one kind at the API server while it runs, through cut and silent connections,
 * restarts of the server and forgotten versions. No failure ends it. Only `stop` does.
 *
 * It lists in pages without a resourceVersion, which means "as new as this request" and which kube-apiserver answers
 * from its cache (KEP-2340). Then it watches from that version. After the end of a watch it continues from the last
 * version seen, which bookmarks keep recent. Only a forgotten version (410) needs a new list.
 */
export class Reflector<T extends KubernetesObject> {
  readonly #options: ReflectorOptions<T>;
  readonly #stopping = new AbortController();
  readonly #firstSync = Promise.withResolvers<void>();
  #running: Promise<void> | undefined;
  #synced = false;
  #resourceVersion: string | undefined;
  /** Like the field above, but kept when a new list is needed. */
  #lastSeen: string | undefined;
  #failures = 0;
  #unpaged = false;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
  }

  get kind(): Kind<T> {
    return this.#options.kind;
  }

  /** Whether the store has been complete at least once. */
  get hasSynced(): boolean {
    return this.#synced;
  }

  /** Resolves when the store is complete for the first time. It never resolves when stopped before. */
  get synced(): Promise<void> {
    return this.#firstSync.promise;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Stops it. Resolves at the end of all its work. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    await Promise.race([this.#options.after, aborted(signal)]);
    while (!signal.aborted) {
      try {
        if (this.#resourceVersion === undefined) await this.#list();
        await this.#watch();
      } catch (error) {
        if (signal.aborted) return;
        await this.#recover(error);
      }
    }
  }

  async #list(): Promise<void> {
    const { client, kind, selection, store, scope, pageSize = 500, pageBytes } = this.#options;
    const collect = store.collector();
    let items: readonly T[] = [];
    let resourceVersion = "";
    const bounds = this.#unpaged ? {} : { limit: pageSize, ...(pageBytes && { pageBytes }) };
    const { signal } = this.#stopping;
    for await (const page of client.pages(kind, { ...selection, ...bounds, signal })) {
      items = collect(page.items);
      resourceVersion = page.resourceVersion;
    }
    const restored = this.#lastSeen !== undefined && isLater(this.#lastSeen, resourceVersion);
    store.replace(items, resourceVersion, scope ? { scope, restored } : { restored });
    this.#advance(resourceVersion);
    this.#unpaged = false;
    this.#synced = true;
    this.#firstSync.resolve();
    this.#options.observe?.({ type: "listed", kind: kind.kind, items: items.length });
  }

  async #watch(): Promise<void> {
    const { client, kind, selection, stallAfter = 150_000, clock, random, observe } = this.#options;
    const resourceVersion = this.#resourceVersion ?? "";
    const started = clock.monotonic();
    observe?.({ type: "watching", kind: kind.kind, resourceVersion });
    const events = client.watch(kind, {
      ...selection,
      resourceVersion,
      // Random, so that the watches of many kinds are not all renewed at once.
      timeoutSeconds: Math.round(300 + 300 * random()),
      stallAfterMs: stallAfter,
      signal: this.#stopping.signal,
    });
    let received = 0;
    for await (const event of events) {
      received += 1;
      this.#failures = 0;
      this.#refuseOlder(event.type === "BOOKMARK" ? event.resourceVersion : versionOf(event.object));
      if (event.type === "BOOKMARK") this.#advance(event.resourceVersion);
      else this.#take(event.type, event.object);
    }
    // Avoids a tight loop with a server that accepts watches and ends them at once.
    if (received === 0 && clock.monotonic() - started < 1000) throw new Error("the watch ended at once");
    this.#failures = 0;
  }

  #take(type: "ADDED" | "MODIFIED" | "DELETED", object: T): void {
    const { store } = this.#options;
    if (type === "DELETED") store.remove(object);
    else store.upsert(object);
    this.#advance(versionOf(object));
  }

  /** Versions of one watch only grow, unless the server's storage was restored during it. */
  #refuseOlder(resourceVersion: string | undefined): void {
    if (!isLater(this.#resourceVersion, resourceVersion)) return;
    this.#resourceVersion = undefined;
    throw new Error(`the watch went back from version ${this.#lastSeen} to ${resourceVersion}`);
  }

  #advance(resourceVersion: string | undefined): void {
    this.#resourceVersion = resourceVersion;
    this.#lastSeen = resourceVersion;
  }

  async #recover(error: unknown): Promise<void> {
    const { clock, random, observe, kind, backoff = { first: 250, most: 30_000 } } = this.#options;
    const wasListing = this.#resourceVersion === undefined;
    this.#failures += 1;
    // A continue token can expire between pages. A list in one page cannot expire, if it is small enough.
    if (wasListing) this.#unpaged = error instanceof Gone;
    const relist = wasListing || error instanceof Gone || this.#failures >= failuresBeforeRelist;
    if (relist) this.#resourceVersion = undefined;
    observe?.({ type: "failed", kind: kind.kind, error, relist });
    const asked = error instanceof KubernetesError ? (error.retryAfter ?? 0) : 0;
    const delay =
      error instanceof Gone && this.#failures === 1 ? 0 : backoffDelay(this.#failures, backoff, random);
    await pause(clock, Math.max(asked, delay), this.#stopping.signal);
  }
}

function versionOf(object: KubernetesObject): string | undefined {
  return object.metadata.resourceVersion;
}
