import { describe, expect, it } from "vitest";
import { type State, StateMachine, states } from "./state-machine.ts";

const ways: Record<State, readonly State[]> = {
  Starting: ["Initializing", "ShuttingDown", "Failed"],
  Initializing: ["Ready", "ShuttingDown", "Failed"],
  Ready: ["Healthy", "Unhealthy", "ShuttingDown"],
  Healthy: ["Unhealthy", "ShuttingDown"],
  Unhealthy: ["Healthy", "ShuttingDown"],
  ShuttingDown: ["Exited"],
  Failed: [],
  Exited: [],
};

/** A shortest sequence of states that ends in this state. */
const lives: Record<State, readonly State[]> = {
  Starting: [],
  Initializing: ["Initializing"],
  Ready: ["Initializing", "Ready"],
  Healthy: ["Initializing", "Ready", "Healthy"],
  Unhealthy: ["Initializing", "Ready", "Unhealthy"],
  ShuttingDown: ["ShuttingDown"],
  Failed: ["Failed"],
  Exited: ["ShuttingDown", "Exited"],
};

const pairs = states.flatMap((from) => states.map((to) => [from, to, ways[from].includes(to)] as const));

describe("the state machine", () => {
  it.each(pairs.filter(([, , allowed]) => allowed))("goes from %s to %s", (from, to) => {
    const machine = machineIn(from);
    machine.enter(to);
    expect(machine.state).toBe(to);
  });

  it.each(pairs.filter(([, , allowed]) => !allowed))("refuses to go from %s to %s", (from, to) => {
    const machine = machineIn(from);
    expect(machine.can(to)).toBe(false);
    expect(() => machine.enter(to)).toThrow(`no transition from ${from} to ${to}`);
    expect(machine.state).toBe(from);
  });

  it("reports each state that it enters, and the one before", () => {
    const seen: string[] = [];
    const machine = new StateMachine((state, from) => seen.push(`${from} → ${state}`));
    for (const state of lives.Healthy) machine.enter(state);
    expect(seen).toEqual(["Starting → Initializing", "Initializing → Ready", "Ready → Healthy"]);
  });
});

function machineIn(state: State): StateMachine {
  const machine = new StateMachine();
  for (const step of lives[state]) machine.enter(step);
  return machine;
}
