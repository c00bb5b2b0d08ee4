import type { SlaSettings } from "../../settings.ts";
import { type Cycle, endOf, speaker } from "./cycle.ts";
import type { Step } from "./step.ts";

type Choices = Pick<SlaSettings, "updateRuns" | "updateStarts">;

/**
 * The cycles of the update. An agent's public reply meets each. A further message of the customer does not move a clock
 * that runs for an earlier one. Closing or merging the ticket stops it. If the ticket is opened again before a reply or
 * another question, the clock of the unanswered question continues.
 */
export function updateCycles(steps: readonly Step[], choices: Choices): readonly Cycle[] {
  const walk = new UpdateWalk(choices);
  for (const step of steps) walk.take(step);
  return walk.cycles();
}

class UpdateWalk {
  readonly #runs: SlaSettings["updateRuns"];
  readonly #waits: boolean;
  readonly #done: Cycle[] = [];
  #running: { readonly startedAt: number; readonly by: "customer" | "agent" } | undefined;
  /** When the question was asked whose clock stopped with the ticket. */
  #unanswered: number | undefined;
  #responded = false;

  constructor({ updateRuns, updateStarts }: Choices) {
    this.#runs = updateRuns;
    this.#waits = updateStarts === "after-first-response";
  }

  take(step: Step): void {
    if (step.before === "open" && step.standing !== "open") this.#end(step, false);
    if (step.before !== "open" && step.standing === "open") this.#continue();
    const by = speaker(step);
    if (by === "agent") this.#reply(step);
    if (by === "customer" && !this.#awaitsFirstResponse(step)) this.#ask(step);
    const always = this.#runs !== "until-answered" && this.#responded;
    if (always && step.standing === "open") this.#begin(step.at, "agent");
  }

  cycles(): readonly Cycle[] {
    return this.#running === undefined ? this.#done : [...this.#done, { startedAt: this.#running.startedAt }];
  }

  #awaitsFirstResponse({ agreement }: Step): boolean {
    return this.#waits && !this.#responded && agreement.targets.firstResponse !== undefined;
  }

  #reply(step: Step): void {
    this.#responded = true;
    this.#unanswered = undefined;
    this.#end(step, true);
  }

  /** If both sides' messages count, a question stops the clock that an agent's reply began, even if it is overdue. */
  #ask(step: Step): void {
    if (this.#runs === "both" && this.#running?.by === "agent") this.#end(step, false);
    this.#unanswered = undefined;
    this.#begin(step.at, "customer");
  }

  /** Takes back the end of the last cycle, which came only because the ticket was closed. */
  #continue(): void {
    if (this.#unanswered === undefined) return;
    this.#done.pop();
    this.#begin(this.#unanswered, "customer");
    this.#unanswered = undefined;
  }

  #begin(startedAt: number, by: "customer" | "agent"): void {
    this.#running ??= { startedAt, by };
  }

  /** Drops a clock that an agent's reply began and that ends in the same second, because it never applied. */
  #end(step: Step, met: boolean): void {
    if (this.#running === undefined) return;
    const { startedAt, by } = this.#running;
    if (met || by === "customer" || step.at > startedAt) {
      this.#done.push({ startedAt, end: endOf(step, met) });
    }
    const isStopped = !met && step.standing !== "open";
    this.#unanswered = isStopped && by === "customer" ? startedAt : undefined;
    this.#running = undefined;
  }
}
