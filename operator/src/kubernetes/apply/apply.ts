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

/** The label by which the operator finds its own objects: watches select on it. */
export const managedByLabel = "app.kubernetes.io/managed-by";

/** Why an object is written, for the log and metrics. */
export type WriteCause =
  | { readonly type: "absent" }
  /** What we want has changed since we wrote it last. */
  | { readonly type: "changed" }
  /** Someone changed or removed what we want. */
  | { readonly type: "drift"; readonly path: string }
  /** Someone added what we do not want. */
  | { readonly type: "foreign"; readonly path: string };

export interface ApplyReport {
  readonly kind: string;
  readonly name: ObjectName;
  readonly cause: WriteCause;
  /**
   * Set when the API server's answer still differs there from what was sent: it writes that value in
   * another form. The answer is then taken for what was wanted, until either side changes.
   */
  readonly rewritten?: string;
}

export interface ApplierOptions {
  readonly client: KubernetesClient;
  readonly observe?: (report: ApplyReport) => void;
}

/**
 * Makes live objects equal to desired ones with the fewest writes: none when nothing differs; a create
 * when absent; one server-side apply otherwise, after taking over managed fields where only that lets
 * the apply remove something. Everything outside of metadata and status is ours.
 */
export class Applier {
  readonly #options: ApplierOptions;
  /** By uid: what the API server made of a desired object that it writes in a form of its own. */
  readonly #rewritten = new Map<string, string>();

  constructor(options: ApplierOptions) {
    this.#options = options;
  }

  /**
   * @param live the object as last seen (trimmed), or undefined when it seems absent
   * @throws TerminalError for a desired object that can never be right; KubernetesError
   */
  async apply<T extends KubernetesObject>(
    kind: Kind<T>,
    desired: T,
    live: T | undefined,
  ): Promise<Applied<T>> {
    const wanted = prepare(kind, desired);
    const found = live ?? (await this.#create(kind, wanted));
    if ("created" in found) return { object: found.created, change: "created" };
    const cause = this.#cause(wanted, found);
    if (!cause) return { object: found, change: "none" };
    refuseWhileDeleting(found);
    return { object: await this.#update(kind, wanted, found, cause), change: "updated" };
  }

  async #create<T extends KubernetesObject>(kind: Kind<T>, wanted: T): Promise<T | { created: T }> {
    const { client } = this.#options;
    try {
      const created = trim(await client.create(kind, wanted, { fieldManager }));
      this.#report(kind, wanted, created, { type: "absent" });
      return { created };
    } catch (error) {
      // Seen as absent because our label was removed from it, or because the watch is behind.
      if (error instanceof AlreadyExists) return trim(await client.get(kind, nameOf(wanted)));
      throw error;
    }
  }

  async #update<T extends KubernetesObject>(
    kind: Kind<T>,
    wanted: T,
    found: T,
    cause: WriteCause,
  ): Promise<T> {
    const { client } = this.#options;
    const mayLeaveFields = cause.type === "changed" && ownsByUpdate(found);
    if (mayLeaveFields || foreignFields(wanted, found).length > 0) {
      await this.#takeOver(kind, found);
    }
    const answer = trim(await client.apply(kind, pinned(wanted, found), { fieldManager }));
    this.#report(kind, wanted, answer, cause);
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

  #cause(wanted: KubernetesObject, live: KubernetesObject): WriteCause | undefined {
    const cause = causeOfWriting(wanted, live);
    const settled = this.#rewritten.get(live.metadata.uid ?? "");
    if (cause && cause.type !== "changed" && settled === fingerprint(live)) return undefined;
    return cause;
  }

  #report(kind: Kind, wanted: KubernetesObject, answer: KubernetesObject, cause: WriteCause): void {
    const left = causeOfWriting(wanted, answer);
    const uid = answer.metadata.uid ?? "";
    if (left) this.#rewritten.set(uid, fingerprint(answer));
    else this.#rewritten.delete(uid);
    const rewritten = left && "path" in left ? { rewritten: left.path } : {};
    this.#options.observe?.({ kind: kind.kind, name: nameOf(wanted), cause, ...rewritten });
  }
}

/** Why the live object would have to be written, or undefined when it is as wanted. */
export function causeOfWriting(wanted: KubernetesObject, live: KubernetesObject): WriteCause | undefined {
  const hash = live.metadata.annotations?.[desiredHashAnnotation];
  if (hash !== wanted.metadata.annotations?.[desiredHashAnnotation]) return { type: "changed" };
  const comparable = trim(wanted);
  const drift = findDrift(comparable, live);
  if (drift !== undefined) return { type: "drift", path: drift };
  const [foreign] = foreignFields(comparable, live);
  return foreign === undefined ? undefined : { type: "foreign", path: foreign };
}

/** The desired object with its hash, or a refusal of what would go wrong later and less clearly. */
export function prepare<T extends KubernetesObject>(kind: Kind<T>, desired: T): T {
  const where = `${desired.kind} ${desired.metadata.namespace ?? ""}/${desired.metadata.name}`;
  const refuse = (message: string) => new TerminalError("DesiredObjectInvalid", `${where}: ${message}`);
  if (desired.kind !== kind.kind || desired.apiVersion !== kind.apiVersion) {
    throw refuse(
      `is ${desired.apiVersion} ${desired.kind}; the kind it is applied as is ${kind.apiVersion} ${kind.kind}`,
    );
  }
  if (desired.metadata.labels?.[managedByLabel] !== fieldManager) {
    throw refuse(`lacks the label ${managedByLabel}: ${fieldManager}, without which it would not be watched`);
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

function refuseWhileDeleting(live: KubernetesObject): void {
  if (live.metadata.deletionTimestamp === undefined) return;
  throw new RetryableError(
    "BeingDeleted",
    `${live.kind} ${live.metadata.name} is being deleted and is written again once it is gone`,
    { retryAfter: 1000 },
  );
}

/** With the uid, the apply reaches this object or none: never a new one of the same name. */
function pinned<T extends KubernetesObject>(wanted: T, live: T): T {
  if (live.metadata.uid === undefined) return wanted;
  return { ...wanted, metadata: { ...wanted.metadata, uid: live.metadata.uid } };
}

function nameOf({ metadata: { namespace, name } }: KubernetesObject): ObjectName {
  return namespace === undefined ? { name } : { namespace, name };
}
