import type { Clock, Milliseconds } from "../../process/clock.ts";
import type { ApplyReport } from "./kubernetes/apply/apply.ts";

const fightLength = 3;
const within: Milliseconds = 300_000;
const quietFor: Milliseconds = 1_800_000;

/** The repairs of one field of one object, and the time of the last report about it. */
interface Contest {
  repairs: Milliseconds[];
  toldAt: Milliseconds;
}

/**
 * Detects fields that somebody changes repeatedly after the operator has repaired them, such as an autoscaler, another
 * operator or a mutating webhook. Keeps the repairs of the last five minutes.
 */
export class ContestedFields {
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #contests = new Map<string, Contest>();

  constructor(clock: Pick<Clock, "monotonic">) {
    this.#clock = clock;
  }

  /**
   * Records a write. At the third repair of a field within five minutes it returns a message for people, at most once
   * in half an hour for each field.
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
      `Another program changed ${cause.path} of the ${kind} ${name.name} ${contest.repairs.length} times within 5 minutes, and the ` +
      `operator restored it each time. Stop the program that changes it, for example an autoscaler or a policy engine; managedFields names it: ${look}${scalingAdvice(kind, cause.path)}`
    );
  }

  #forget(now: Milliseconds): void {
    for (const [key, { repairs, toldAt }] of this.#contests) {
      const last = repairs.at(-1) ?? Number.NEGATIVE_INFINITY;
      if (now - last >= within && now - toldAt >= quietFor) this.#contests.delete(key);
    }
  }
}

/** Advice on a way to scale that the operator does not undo. */
function scalingAdvice(kind: string, path: string): string {
  if (kind !== "Deployment" || path !== "spec.replicas") return "";
  return ". To change the number of pods, scale the Tenant: kubectl scale tenant <name> --replicas=<number>";
}
