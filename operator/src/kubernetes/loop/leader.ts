import type { Milliseconds, TimerClock } from "../../../../process/clock.ts";
import { type Random, spread } from "../../base/backoff.ts";
import { pause } from "../../base/pause.ts";
import type { KubernetesClient } from "../client/client.ts";
import { AlreadyExists, Conflict, NotFound } from "../client/errors.ts";
import { kinds, type Lease } from "../objects/kinds.ts";

export interface LeaderOptions {
  readonly client: KubernetesClient;
  readonly namespace: string;
  readonly name: string;
  /** The pod's name. The admission policy that fences deposed replicas compares it with the token's pod. */
  readonly identity: string;
  /** Time that others wait for a silent holder. */
  readonly leaseDuration: Milliseconds;
  /** Time for which the holder tries to renew. It is shorter than the lease, so that the holder stops first. */
  readonly renewDeadline: Milliseconds;
  readonly retryPeriod: Milliseconds;
  readonly fieldManager: string;
  readonly clock: TimerClock;
  readonly random: Random;
  readonly observe?: (event: LeaderEvent) => void;
}

export type LeaderEvent =
  | { readonly type: "waiting"; readonly holder: string }
  | { readonly type: "acquired"; readonly transitions: number }
  | { readonly type: "failed"; readonly error: unknown }
  | { readonly type: "lost"; readonly reason: string }
  | { readonly type: "released" };

/** The time for which one replica leads. */
export interface Term {
  /**
   * `leaseTransitions` of the Lease, which grows with every acquisition by any process. Only for people: PostgreSQL
   * counts its own epochs, because it may outlive the Lease.
   */
  readonly transitions: number;
  /** Aborted when the lease is lost. No write may start afterwards. */
  readonly signal: AbortSignal;
  /** Stops renewing and releases the lease at once, if this replica still holds it. */
  release(): Promise<void>;
}

/**
 * Leader election by a Lease of coordination.k8s.io.
 *
 * A candidate never compares its clock with that of another machine. It takes over after it has itself seen the Lease
 * unchanged for the whole duration that the holder declared. The holder counts from the moment before it sent its last
 * successful renewal and gives up at `renewDeadline`, which is always earlier. Unlike in client-go, `leaseTransitions`
 * also grows when a restarted process takes back a lease under its old identity, because the previous process may still
 * have had writes under way.
 */
export class LeaderElection {
  readonly #options: LeaderOptions;
  #observed: { readonly version: string; readonly at: Milliseconds } | undefined;

  constructor(options: LeaderOptions) {
    if (options.renewDeadline >= options.leaseDuration) {
      throw new RangeError(
        `renewDeadline (${options.renewDeadline} ms) must be shorter than leaseDuration (${options.leaseDuration} ms)`,
      );
    }
    if (options.retryPeriod * 2 > options.renewDeadline) {
      throw new RangeError(
        `retryPeriod (${options.retryPeriod} ms) must fit twice into renewDeadline (${options.renewDeadline} ms)`,
      );
    }
    this.#options = options;
  }

  /** Waits until this replica leads. Returns undefined when `stop` is aborted first. */
  async acquire(stop: AbortSignal): Promise<Term | undefined> {
    const { clock, random, retryPeriod, observe } = this.#options;
    while (!stop.aborted) {
      const asked = clock.monotonic();
      try {
        const lease = await this.#tryAcquire(stop);
        if (lease) return this.#lead(lease, asked);
      } catch (error) {
        if (stop.aborted) return undefined;
        observe?.({ type: "failed", error });
      }
      await pause(clock, spread(retryPeriod, 0.2, random), stop);
    }
    return undefined;
  }

  async #tryAcquire(signal: AbortSignal): Promise<Lease | undefined> {
    const { client, namespace, name, fieldManager, observe } = this.#options;
    try {
      const current = await this.#get(signal);
      if (!current) {
        return await client.create(kinds.lease, this.#claim(undefined), { fieldManager, signal });
      }
      const holder = current.spec?.holderIdentity ?? "";
      if (!this.#isFree(current)) {
        observe?.({ type: "waiting", holder });
        return undefined;
      }
      return await client.replace(kinds.lease, this.#claim(current), { fieldManager, signal });
    } catch (error) {
      // Another candidate was faster.
      if (error instanceof Conflict || error instanceof AlreadyExists) {
        observe?.({ type: "waiting", holder: `${namespace}/${name} was just taken` });
        return undefined;
      }
      throw error;
    }
  }

  async #get(signal: AbortSignal): Promise<Lease | undefined> {
    const { client, namespace, name } = this.#options;
    try {
      return await client.get(kinds.lease, { namespace, name }, { signal });
    } catch (error) {
      if (error instanceof NotFound) return undefined;
      throw error;
    }
  }

  #isFree(lease: Lease): boolean {
    const { identity, clock } = this.#options;
    const version = lease.metadata.resourceVersion ?? "";
    if (this.#observed?.version !== version) this.#observed = { version, at: clock.monotonic() };
    const holder = lease.spec?.holderIdentity;
    if (!holder || holder === identity) return true;
    const duration = (lease.spec?.leaseDurationSeconds ?? 0) * 1000;
    return clock.monotonic() - this.#observed.at >= duration;
  }

  #claim(current: Lease | undefined): Lease {
    const { namespace, name, identity, leaseDuration, clock } = this.#options;
    const now = microTime(clock.now());
    return {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: current?.metadata ?? { namespace, name },
      spec: {
        holderIdentity: identity,
        leaseDurationSeconds: Math.ceil(leaseDuration / 1000),
        acquireTime: now,
        renewTime: now,
        leaseTransitions: (current?.spec?.leaseTransitions ?? 0) + 1,
      },
    };
  }

  #lead(lease: Lease, asked: Milliseconds): Term {
    const transitions = lease.spec?.leaseTransitions ?? 0;
    const lost = new AbortController();
    const stopping = new AbortController();
    this.#options.observe?.({ type: "acquired", transitions });
    const renewing = this.#renew({ lease, renewedAt: asked }, stopping.signal, lost);
    return {
      transitions,
      signal: lost.signal,
      release: async () => {
        stopping.abort();
        const held = await renewing;
        if (held) await this.#release(held);
      },
    };
  }

  /** Renews until it must stop (and returns the Lease as last written) or until the lease is lost. */
  async #renew(
    held: { lease: Lease; renewedAt: Milliseconds },
    stop: AbortSignal,
    lost: AbortController,
  ): Promise<Lease | undefined> {
    const { clock, renewDeadline, retryPeriod, observe } = this.#options;
    const lose = (reason: string) => {
      observe?.({ type: "lost", reason });
      lost.abort(new Error(`this replica no longer leads: ${reason}`));
    };
    // The timer ends the term even while a renewal hangs, because the deadline must not depend on that request.
    const deadline = () =>
      clock.after(renewDeadline - (clock.monotonic() - held.renewedAt), () =>
        lose(`the lease could not be renewed for ${renewDeadline} ms`),
      );
    let cancelDeadline = deadline();
    try {
      for (;;) {
        await pause(clock, retryPeriod, AbortSignal.any([stop, lost.signal]));
        if (lost.signal.aborted) return undefined;
        if (stop.aborted) return held.lease;
        const asked = clock.monotonic();
        const renewed = await this.#tryRenew(held.lease, lost.signal);
        if (lost.signal.aborted) return undefined;
        if (renewed === "taken") {
          lose("another replica holds the lease");
          return undefined;
        }
        if (!renewed) continue;
        held = { lease: renewed, renewedAt: asked };
        cancelDeadline();
        cancelDeadline = deadline();
      }
    } finally {
      cancelDeadline();
    }
  }

  /** Gives one attempt half of the deadline, so that a silent connection leaves time for another attempt. */
  async #tryRenew(lease: Lease, lost: AbortSignal): Promise<Lease | "taken" | undefined> {
    const { clock, renewDeadline } = this.#options;
    const limit = new AbortController();
    const cancelLimit = clock.after(renewDeadline / 2, () =>
      limit.abort(new Error(`no answer to the renewal of the lease for ${renewDeadline / 2} ms`)),
    );
    try {
      return await this.#replaceLease(lease, AbortSignal.any([lost, limit.signal]), lost);
    } finally {
      cancelLimit();
    }
  }

  async #replaceLease(
    lease: Lease,
    signal: AbortSignal,
    lost: AbortSignal,
  ): Promise<Lease | "taken" | undefined> {
    const { client, fieldManager, clock, observe } = this.#options;
    const renewal: Lease = { ...lease, spec: { ...lease.spec, renewTime: microTime(clock.now()) } };
    try {
      return await client.replace(kinds.lease, renewal, { fieldManager, signal });
    } catch (error) {
      if (lost.aborted) return undefined;
      if (error instanceof Conflict || error instanceof NotFound) {
        return this.#afterConflict(lease, signal, lost);
      }
      observe?.({ type: "failed", error });
      return undefined;
    }
  }

  /** A conflict is harmless when somebody changed the Lease's metadata, or when the answer to our write was lost. */
  async #afterConflict(
    ours: Lease,
    signal: AbortSignal,
    lost: AbortSignal,
  ): Promise<Lease | "taken" | undefined> {
    try {
      const current = await this.#get(signal);
      const same =
        current?.spec?.holderIdentity === ours.spec?.holderIdentity &&
        current?.spec?.leaseTransitions === ours.spec?.leaseTransitions;
      if (!current || !same) return "taken";
      const { client, fieldManager, clock } = this.#options;
      const renewal: Lease = { ...current, spec: { ...current.spec, renewTime: microTime(clock.now()) } };
      return await client.replace(kinds.lease, renewal, { fieldManager, signal });
    } catch (error) {
      if (!lost.aborted) this.#options.observe?.({ type: "failed", error });
      return undefined;
    }
  }

  /** Clears the holder, so that a waiting replica takes over at its next check. */
  async #release(lease: Lease): Promise<void> {
    const { client, fieldManager, clock, observe } = this.#options;
    const released: Lease = {
      ...lease,
      spec: {
        ...lease.spec,
        holderIdentity: "",
        leaseDurationSeconds: 1,
        renewTime: microTime(clock.now()),
      },
    };
    try {
      await client.replace(kinds.lease, released, { fieldManager });
      observe?.({ type: "released" });
    } catch (error) {
      // The lease expires by itself, so the shutdown continues.
      observe?.({ type: "failed", error });
    }
  }
}

/** RFC 3339 with microseconds, the form of `metav1.MicroTime`. */
function microTime(at: Date): string {
  return at.toISOString().replace("Z", "000Z");
}
