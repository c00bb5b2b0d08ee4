import { type Milliseconds, systemClock } from "../../../../process/clock.ts";
import { RetryableError, TerminalError } from "../../base/errors.ts";
import type { KubernetesClient } from "../client/client.ts";
import { AlreadyExists } from "../client/errors.ts";
import { desiredHash, desiredHashAnnotation } from "../objects/desired-hash.ts";
import { fingerprint } from "../objects/fingerprint.ts";
import type { Kind, KubernetesObject, ObjectName } from "../objects/kinds.ts";
import { fieldManager, foreignFields, ownsByUpdate, takeOver } from "../objects/ownership.ts";
import { trim } from "../objects/trim.ts";
import type { Applied } from "./cluster.ts";
import { findDrift } from "./drift.ts";

/** The label of the operator's own objects. Watches select on it. */
const managedByLabel = "app.kubernetes.io/managed-by";

/** Why an object is written, for the log and metrics. */
export type WriteCause =
  | { readonly type: "absent" }
  /** The desired object has changed since the last write. */
  | { readonly type: "changed" }
  /** Somebody changed or removed a desired field. */
  | { readonly type: "drift"; readonly path: string }
  /** Somebody added a field that is not desired. */
  | { readonly type: "foreign"; readonly path: string };

export interface ApplyReport {
  readonly kind: string;
  readonly name: ObjectName;
  readonly cause: WriteCause;
  /**
   * Set when the API server's answer differs at this path from the object sent, because it stores the value in
   * another form. The answer then counts as the desired object until either side changes or until the next attempt,
   * after 10 s at first and 10 minutes at most. An attempt that changes nothing does not set it.
   */
  readonly rewritten?: string;
}

export interface ApplierOptions {
  readonly client: KubernetesClient;
  readonly observe?: (report: ApplyReport) => void;
  /** Default: the system's monotonic clock. */
  readonly monotonic?: () => Milliseconds;
}

/** An object that the API server, or an admission policy, keeps different from the object sent. */
interface Rewritten {
  readonly fingerprint: string;
  /** Time of the next attempt, because the policy that rewrites it may have been removed. */
  readonly due: Milliseconds;
  readonly wait: Milliseconds;
}

const firstRetry = 10_000;
const lastRetry = 600_000;

/**
 * Makes live objects equal to desired ones with the fewest writes: none when nothing differs; a create when absent; one
 * server-side apply otherwise. It takes over managed fields first when the apply could not remove a field without that.
 * The operator owns everything outside of metadata and status.
 */
export class Applier {
  readonly #options: ApplierOptions;
  readonly #monotonic: () => Milliseconds;
  /** By uid: the form in which the API server stores a desired object that it rewrites. */
  readonly #rewritten = new Map<string, Rewritten>();

  constructor(options: ApplierOptions) {
    this.#options = options;
    this.#monotonic = options.monotonic ?? systemClock.monotonic;
  }

  /**
   * @param live the object as last seen (trimmed), or undefined when it seems absent
   * @throws TerminalError for a desired object that can never be valid; KubernetesError
   */
  async apply<T extends KubernetesObject>(
    kind: Kind<T>,
    desired: T,
    live: T | undefined,
  ): Promise<Applied<T>> {
    const prepared = prepare(kind, desired);
    const found = live ?? (await this.#create(kind, prepared));
    if ("created" in found) return { object: found.created, change: "created" };
    const cause = this.#cause(prepared, found);
    if (!cause) return { object: found, change: "none" };
    refuseWhileDeleting(found);
    if (cannotBeUpdated(prepared, found)) await this.#remove(kind, found);
    const object = await this.#update(kind, prepared, found, cause);
    const isSame = object.metadata.resourceVersion === found.metadata.resourceVersion;
    return { object, change: isSame ? "none" : "updated" };
  }

  /** Deletes the object. Its watch reports the end, and the next reconcile creates it again. */
  async #remove(kind: Kind, found: KubernetesObject): Promise<never> {
    const { uid } = found.metadata;
    await this.#options.client.delete(kind, nameOf(found), uid === undefined ? {} : { uid });
    throw new RetryableError(
      "BeingReplaced",
      `${found.kind} ${found.metadata.name} cannot be changed to the desired form: it is deleted and created again`,
      { retryAfter: 1000 },
    );
  }

  async #create<T extends KubernetesObject>(kind: Kind<T>, desired: T): Promise<T | { created: T }> {
    const { client } = this.#options;
    try {
      const created = trim(await client.create(kind, desired, { fieldManager }));
      this.#report(kind, desired, created, { type: "absent" });
      return { created };
    } catch (error) {
      // It seemed absent because its label was removed, or because the watch is behind.
      if (error instanceof AlreadyExists) return trim(await client.get(kind, nameOf(desired)));
      throw error;
    }
  }

  async #update<T extends KubernetesObject>(
    kind: Kind<T>,
    desired: T,
    found: T,
    cause: WriteCause,
  ): Promise<T> {
    const { client } = this.#options;
    const mayLeaveFields = cause.type === "changed" && ownsByUpdate(found);
    if (mayLeaveFields || foreignFields(desired, found).length > 0) {
      await this.#takeOver(kind, found);
    }
    const answer = trim(await client.apply(kind, pinned(desired, found), { fieldManager }));
    this.#report(kind, desired, answer, cause);
    return answer;
  }

  async #takeOver<T extends KubernetesObject>(kind: Kind<T>, found: T): Promise<void> {
    const { client } = this.#options;
    const current = await client.get(kind, nameOf(found));
    const { uid, resourceVersion } = current.metadata;
    const managedFields = takeOver(current);
    await client.merge(
      kind,
      nameOf(found),
      { metadata: { uid, resourceVersion, managedFields } },
      { fieldManager },
    );
  }

  #cause(desired: KubernetesObject, live: KubernetesObject): WriteCause | undefined {
    const cause = causeOfWriting(desired, live);
    if (cause === undefined || cause.type === "changed") return cause;
    const settled = this.#rewritten.get(live.metadata.uid ?? "");
    const isSettled = settled?.fingerprint === fingerprint(live) && this.#monotonic() < settled.due;
    return isSettled ? undefined : cause;
  }

  #report(kind: Kind, desired: KubernetesObject, answer: KubernetesObject, cause: WriteCause): void {
    const left = causeOfWriting(desired, answer);
    const isNews = this.#remember(answer, left !== undefined);
    const rewritten = isNews && left && "path" in left ? { rewritten: left.path } : {};
    this.#options.observe?.({ kind: kind.kind, name: nameOf(desired), cause, ...rewritten });
  }

  /** Returns whether the API server has rewritten the object for the first time. */
  #remember(answer: KubernetesObject, isRewritten: boolean): boolean {
    const uid = answer.metadata.uid ?? "";
    const before = this.#rewritten.get(uid);
    if (!isRewritten) {
      this.#rewritten.delete(uid);
      return false;
    }
    const now = fingerprint(answer);
    const isNews = before?.fingerprint !== now;
    const wait = isNews ? firstRetry : Math.min(2 * before.wait, lastRetry);
    this.#rewritten.set(uid, { fingerprint: now, wait, due: this.#monotonic() + wait });
    return isNews;
  }
}

/** Returns why the live object must be written, or undefined when it is as desired. */
function causeOfWriting(desired: KubernetesObject, live: KubernetesObject): WriteCause | undefined {
  const hash = live.metadata.annotations?.[desiredHashAnnotation];
  if (hash !== desired.metadata.annotations?.[desiredHashAnnotation]) return { type: "changed" };
  const comparable = trim(desired);
  const drift = findDrift(comparable, live);
  if (drift !== undefined) return { type: "drift", path: drift };
  const [foreign] = foreignFields(comparable, live);
  return foreign === undefined ? undefined : { type: "foreign", path: foreign };
}

/** Returns the desired object with its hash. Refuses an object that would fail later with a less clear error. */
function prepare<T extends KubernetesObject>(kind: Kind<T>, desired: T): T {
  const where = `${desired.kind} ${desired.metadata.namespace ?? ""}/${desired.metadata.name}`;
  const refuse = (message: string) => new TerminalError("DesiredObjectInvalid", `${where}: ${message}`);
  if (desired.kind !== kind.kind || desired.apiVersion !== kind.apiVersion) {
    throw refuse(`is ${desired.apiVersion} ${desired.kind}; expected ${kind.apiVersion} ${kind.kind}`);
  }
  if (desired.metadata.labels?.[managedByLabel] !== fieldManager) {
    throw refuse(`lacks the label ${managedByLabel}: ${fieldManager}, which its watch selects`);
  }
  if ("stringData" in desired) throw refuse("has stringData, which cannot be compared: use data, in base64");
  return {
    ...desired,
    metadata: {
      ...desired.metadata,
      annotations: { ...desired.metadata.annotations, [desiredHashAnnotation]: desiredHash(desired) },
    },
  };
}

/**
 * Whether somebody created the object so that the API server refuses every apply: an immutable ConfigMap or Secret, a
 * Secret of another type, a Service without an address.
 */
function cannotBeUpdated(desired: KubernetesObject, live: KubernetesObject): boolean {
  const found = live as Fixed;
  switch (live.kind) {
    case "ConfigMap":
      return found.immutable === true;
    case "Secret":
      return found.immutable === true || found.type !== ((desired as Fixed).type ?? "Opaque");
    case "Service":
      return found.spec?.clusterIP === "None";
    default:
      return false;
  }
}

/** Fields that the API server does not allow to change. */
interface Fixed extends KubernetesObject {
  readonly immutable?: boolean;
  readonly type?: string;
  readonly spec?: { readonly clusterIP?: string };
}

function refuseWhileDeleting(live: KubernetesObject): void {
  if (live.metadata.deletionTimestamp === undefined) return;
  throw new RetryableError(
    "BeingDeleted",
    `${live.kind} ${live.metadata.name} is being deleted; it is created again afterwards`,
    { retryAfter: 1000 },
  );
}

/** Adds the uid, so that the apply cannot reach a new object of the same name. */
function pinned<T extends KubernetesObject>(desired: T, live: T): T {
  if (live.metadata.uid === undefined) return desired;
  return { ...desired, metadata: { ...desired.metadata, uid: live.metadata.uid } };
}

function nameOf({ metadata: { namespace, name } }: KubernetesObject): ObjectName {
  return namespace === undefined ? { name } : { namespace, name };
}
