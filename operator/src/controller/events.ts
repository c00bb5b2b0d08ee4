import type { KubernetesObject } from "./kinds.ts";

/** One thing worth telling a person who runs `kubectl describe`. */
export interface NewEvent {
  readonly regarding: KubernetesObject;
  readonly type: "Normal" | "Warning";
  /** CamelCase: what happened (`DatabaseReady`). */
  readonly reason: string;
  /** CamelCase: what was being done (`Reconcile`). */
  readonly action: string;
  /** A sentence of at most 1,024 bytes; no secrets. */
  readonly note: string;
}

/** Publishes Events: never waits, never fails, never says the same thing of an object twice in a row. */
export interface Events {
  publish(event: NewEvent): void;
}
