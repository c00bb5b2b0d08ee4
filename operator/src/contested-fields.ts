import type { Clock, Milliseconds } from "../../process/clock.ts";
import type { ApplyReport } from "./kubernetes/apply/apply.ts";

const fightLength = 3;
const within: Milliseconds = 300_000;
const quietFor: Milliseconds = 1_800_000;

/** What is known of one field of one object: when it was set back, and when that was last told. */
interface Contest {
  repairs: Milliseconds[];
  toldAt: Milliseconds;
}

/**
 * Notices fields that somebody changes again and again after the operator has set them back: an autoscaler, another
 * operator, a mutating webhook. Keeps what was set back within the last five minutes.
 */
export class ContestedFields {
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #contests = new Map<string, Contest>();

  constructor(clock: Pick<Clock, "monotonic">) {
    this.#clock = clock;
  }

  /**
   * Takes note of a write. Returns what to tell people when it is the third repair of a field within five minutes, at most
   * once in half an hour for each field.
   */
  note({ kind, name, cause }: ApplyReport): string | undefined {
    if (cause.type !== "drift" && cause.type !== "foreign") return undefined;
    const now = this.#clock.monotonic();
    this.#forget(now);
    const key = `${kind} ${name.namespace ?? ""}/${name.name} ${cause.path}`;
    const contest = this.#contests.get(key) ?? { repairs: [], toldAt: Number.NEGATIVE_INFINITY };
    this.#contests.set(key, contest);
    contest.repairs = [...contest.repairs.filter((at) => now - at < within), now];
    if (contest.repairs.length < fightLength || now - contest.toldAt < quietFor) return undefined;
    contest.toldAt = now;
    const look = `kubectl -n ${name.namespace} get ${kind.toLowerCase()} ${name.name} -o yaml --show-managed-fields`;
    return (
      `Somebody changed ${cause.path} of the ${kind} ${name.name} ${contest.repairs.length} times within 5 minutes, and the ` +
      `operator set it back each time. Stop whoever it is, an autoscaler or a policy that rewrites it; managedFields names them: ${look}`
    );
  }

  #forget(now: Milliseconds): void {
    for (const [key, { repairs, toldAt }] of this.#contests) {
      const last = repairs.at(-1) ?? Number.NEGATIVE_INFINITY;
      if (now - last >= within && now - toldAt >= quietFor) this.#contests.delete(key);
    }
  }
}
