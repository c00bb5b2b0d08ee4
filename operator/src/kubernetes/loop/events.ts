import { createHash } from "node:crypto";
import type { Clock, Milliseconds } from "../../../../process/clock.ts";
import { plainReason, plainText } from "../../base/plain-text.ts";
import type { KubernetesClient } from "../client/client.ts";
import { defineKind, type KubernetesObject } from "../objects/kinds.ts";
import { fieldManager } from "../objects/ownership.ts";

/** A message for people who run `kubectl describe`. */
export interface NewEvent {
  readonly regarding: KubernetesObject;
  readonly type: "Normal" | "Warning";
  /** CamelCase word for the occurrence (`DatabaseReady`). */
  readonly reason: string;
  /** CamelCase word for the activity (`Reconcile`). */
  readonly action: string;
  /** A sentence of at most 1,024 bytes, without secrets. */
  readonly note: string;
}

/** Publishes Events. It never waits, never fails, and never repeats a message about an object at once. */
export interface Events {
  publish(event: NewEvent): void;
}

/** `events.k8s.io/v1` Event, the fields in use. */
interface EventObject extends KubernetesObject {
  eventTime: string;
  reportingController: string;
  reportingInstance: string;
  action: string;
  reason: string;
  regarding: { apiVersion: string; kind: string; name: string; namespace?: string; uid?: string };
  note: string;
  type: string;
}

const eventKind = defineKind<EventObject>("events.k8s.io/v1", "Event", "events", "namespaced");

export interface EventPublisherOptions {
  readonly client: KubernetesClient;
  /** The pod's name. */
  readonly instance: string;
  readonly clock: Clock;
  readonly observe?: (result: "written" | "repeated" | "limited" | "failed", error?: unknown) => void;
}

/** Number of Events that an object may have at once, plus one per period. The rest is dropped. */
const burst = 25;
const refillEvery: Milliseconds = 60_000;
/** Time within which the same message about the same object is not repeated. */
const quietFor: Milliseconds = 3_600_000;
const objectsRemembered = 5_000;
const queueLimit = 1_000;
const noteLimit = 1_024;

/**
 * Writes Events one after the other, separate from the reconciles that publish them. An Event is news, not state: one
 * that cannot be written is counted and dropped.
 */
export class EventPublisher implements Events {
  readonly #options: EventPublisherOptions;
  readonly #memories = new Map<string, Memory>();
  readonly #waiting: EventObject[] = [];
  #writing: Promise<void> | undefined;

  constructor(options: EventPublisherOptions) {
    this.#options = options;
  }

  publish(event: NewEvent): void {
    const verdict = this.#admit(event);
    if (verdict !== "written") {
      this.#options.observe?.(verdict);
      return;
    }
    this.#waiting.push(this.#toObject(event));
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
  }

  /** Resolves when all published Events are written or dropped. */
  async flush(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  #admit(event: NewEvent): "written" | "repeated" | "limited" {
    const memory = this.#memoryOf(event.regarding);
    const now = this.#options.clock.monotonic();
    const words = `${event.type}/${event.reason}/${event.note}`;
    const saidAt = memory.said.get(words);
    if (saidAt !== undefined && now - saidAt < quietFor && memory.lastByAction.get(event.action) === words) {
      return "repeated";
    }
    memory.tokens = Math.min(burst, memory.tokens + (now - memory.countedAt) / refillEvery);
    memory.countedAt = now;
    if (memory.tokens < 1 || this.#waiting.length >= queueLimit) return "limited";
    memory.tokens -= 1;
    memory.said.set(words, now);
    memory.lastByAction.set(event.action, words);
    forgetOldest(memory.said, burst * 4);
    return "written";
  }

  #memoryOf(object: KubernetesObject): Memory {
    const key = object.metadata.uid ?? `${object.kind}/${object.metadata.namespace}/${object.metadata.name}`;
    let memory = this.#memories.get(key);
    if (!memory) {
      memory = {
        tokens: burst,
        countedAt: this.#options.clock.monotonic(),
        said: new Map(),
        lastByAction: new Map(),
      };
      this.#memories.set(key, memory);
      forgetOldest(this.#memories, objectsRemembered);
    }
    return memory;
  }

  #toObject(event: NewEvent): EventObject {
    const { apiVersion, kind, metadata } = event.regarding;
    const { name, namespace, uid } = metadata;
    const at = this.#options.clock.now();
    const digest = createHash("sha256")
      .update(`${uid}${event.reason}${event.note}${this.#options.instance}${performance.now()}`)
      .digest("hex");
    return {
      apiVersion: "events.k8s.io/v1",
      kind: "Event",
      // Events about cluster-scoped objects belong in `default`. The API server refuses other namespaces.
      metadata: { name: `${name.slice(0, 200)}.${digest.slice(0, 16)}`, namespace: namespace ?? "default" },
      eventTime: at.toISOString().replace("Z", "000Z"),
      reportingController: fieldManager,
      reportingInstance: this.#options.instance.slice(0, 128),
      action: event.action.slice(0, 128),
      reason: plainReason(event.reason),
      regarding: {
        apiVersion,
        kind,
        name,
        ...(namespace === undefined ? {} : { namespace }),
        ...(uid === undefined ? {} : { uid }),
      },
      note: cutToBytes(plainText(event.note, noteLimit), noteLimit),
      type: event.type,
    };
  }

  async #write(): Promise<void> {
    for (let event = this.#waiting.shift(); event; event = this.#waiting.shift()) {
      try {
        await this.#options.client.create(eventKind, event, { fieldManager });
        this.#options.observe?.("written");
      } catch (error) {
        this.#options.observe?.("failed", error);
      }
    }
  }
}

interface Memory {
  tokens: number;
  countedAt: Milliseconds;
  readonly said: Map<string, Milliseconds>;
  readonly lastByAction: Map<string, string>;
}

function forgetOldest(map: Map<string, unknown>, limit: number): void {
  for (const key of map.keys()) {
    if (map.size <= limit) return;
    map.delete(key);
  }
}

/** Cuts between characters, never inside one. */
function cutToBytes(text: string, limit: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= limit) return text;
  return `${bytes
    .subarray(0, limit - 3)
    .toString("utf8")
    .replace(/\uFFFD+$/, "")}…`;
}
