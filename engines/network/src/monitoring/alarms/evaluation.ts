import type { Severity } from "./alarm.ts";
import type { AlarmBoard } from "./alarm-board.ts";
import type { MonitoringFacts, MonitoringSettings } from "./monitoring-facts.ts";
import type { News } from "./news.ts";
import type { Situation } from "./situation.ts";
import { judgeSlot, type Slot, type Verdict } from "./slot.ts";
import { slotsByObject } from "./slots-by-object.ts";

/** Evaluates new facts and due objects. Evaluations at which nothing can happen are skipped. */
export class Evaluation {
  readonly #pendingSeconds: number;
  readonly #pendingEvaluations: number;
  readonly #situation: Situation;
  readonly #board: AlarmBoard;
  readonly #slots: ReadonlyMap<string, readonly Slot[]>;
  readonly #severities: ReadonlyMap<string, Severity>;
  /** Objects to evaluate again, sorted by time, because all wait equally long. */
  readonly #waiting: { readonly at: number; readonly object: string }[] = [];

  constructor(facts: MonitoringFacts, settings: MonitoringSettings, situation: Situation, board: AlarmBoard) {
    const { pendingSeconds, evaluateEverySeconds } = settings;
    this.#pendingSeconds = pendingSeconds;
    this.#pendingEvaluations = Math.ceil(pendingSeconds / evaluateEverySeconds) * evaluateEverySeconds;
    this.#situation = situation;
    this.#board = board;
    this.#slots = slotsByObject(facts);
    this.#severities = new Map(facts.rules.map(({ id, severity }) => [id, severity]));
  }

  runUntil(until: number, news: ReadonlyMap<number, readonly News[]>): void {
    const times = [...news.keys()].sort((one, other) => one - other);
    const never = until + 1;
    let next = 0;
    let due = 0;
    for (;;) {
      const at = Math.min(times[next] ?? never, this.#waiting[due]?.at ?? never);
      if (at > until) return;
      if (times[next] === at) next += 1;
      const touched = new Set(this.#situation.learn(news.get(at) ?? []));
      for (let one = this.#waiting[due]; one?.at === at; one = this.#waiting[due]) {
        touched.add(one.object);
        due += 1;
      }
      this.#evaluate(touched, at);
    }
  }

  #evaluate(touched: Set<string>, at: number): void {
    const raised = new Set<string>();
    for (const object of touched) {
      for (const slot of this.#slots.get(object) ?? []) {
        if (this.#judge(slot, at) === "raise") raised.add(object);
      }
    }
    for (const id of this.#situation.reach.shadowOfAll(raised)) touched.add(id);
    this.#board.correlate(touched, at);
    for (const object of touched) {
      for (const slot of this.#slots.get(object) ?? []) this.#board.plan(slot, at);
    }
  }

  #judge(slot: Slot, at: number): Verdict {
    const verdict = judgeSlot(slot, this.#situation.find(slot), at, this.#pendingSeconds);
    if (verdict === "wait") this.#waiting.push({ at: at + this.#pendingEvaluations, object: slot.object });
    if (verdict === "raise") this.#board.raise(slot, this.#situation.begin(slot), at, this.#severityOf(slot));
    if (verdict === "clear") this.#board.clear(slot, this.#situation.begin(slot), at);
    return verdict;
  }

  /** The severity of the slot's rule. Without a rule, minor; the impact then sets that of a lost device. */
  #severityOf({ rule }: Slot): Severity {
    return this.#severities.get(rule ?? "") ?? "minor";
  }
}
