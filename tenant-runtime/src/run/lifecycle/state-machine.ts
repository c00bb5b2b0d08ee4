/** The states of the process and their successors. Exited and Failed have none. */
const transitions = {
  Starting: ["Initializing", "ShuttingDown", "Failed"],
  Initializing: ["Ready", "ShuttingDown", "Failed"],
  Ready: ["Healthy", "Unhealthy", "ShuttingDown"],
  Healthy: ["Unhealthy", "ShuttingDown"],
  Unhealthy: ["Healthy", "ShuttingDown"],
  ShuttingDown: ["Exited"],
  Failed: [],
  Exited: [],
} as const satisfies Record<string, readonly string[]>;

export type State = keyof typeof transitions;

export const states = Object.keys(transitions) as State[];

/** Holds the state of the process and refuses every transition that is not in the table. */
export class StateMachine {
  #state: State = "Starting";
  readonly #entered: (state: State, from: State) => void;

  constructor(entered: (state: State, from: State) => void = () => {}) {
    this.#entered = entered;
  }

  get state(): State {
    return this.#state;
  }

  can(to: State): boolean {
    const allowed: readonly State[] = transitions[this.#state];
    return allowed.includes(to);
  }

  /** Throws when the table has no transition from the present state to `to`. */
  enter(to: State): void {
    if (!this.can(to)) throw new Error(`no transition from ${this.#state} to ${to}`);
    const from = this.#state;
    this.#state = to;
    this.#entered(to, from);
  }
}
