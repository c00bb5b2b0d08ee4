import { setTimeout as pause } from "node:timers/promises";
import { apply, kubectl, startInPod } from "./live-cluster.ts";
import {
  type Administrator,
  administrator,
  type SampleTenant,
  sampleTenant,
  uniqueName,
} from "./sample-tenant.ts";
import { type Attack, attackScript } from "./shared-servers-attack.ts";

/** The counts of one attack, reported by the attacker's program. */
export interface Outcome {
  readonly seconds: number;
  /** By server name: the most connections that were open at once, after the time for refusals. */
  readonly openAtOnce: Readonly<Record<string, number>>;
  readonly refused: number;
  readonly storedMebibytes: number;
}

/** Two new tenants. An attacker runs programs in the pod of one, while the staff of the other work. */
export interface NeighbourAtWork extends AsyncDisposable {
  readonly attacker: SampleTenant;
  readonly neighbour: SampleTenant;
  readonly staff: Administrator;
  /**
   * Milliseconds of each request of two staff members who work for this long.
   * @throws when the status of an answer is not 200.
   */
  latencies(milliseconds: number): Promise<number[]>;
  /** Runs a program in the attacker's pod and, once it has begun, `work` beside it. Returns when both have ended. */
  during<Result, Done>(
    script: string,
    work: () => Promise<Done>,
  ): Promise<{ readonly result: Result; readonly done: Done }>;
  /** Attacks while the staff send requests for five seconds. */
  attack(attack: Attack): Promise<{ readonly result: Outcome; readonly latencies: number[] }>;
}

export async function neighbourAtWork(): Promise<NeighbourAtWork> {
  await using opened = new AsyncDisposableStack();
  const plan = uniqueName("unlimited");
  // High limits for the neighbour, because they are not measured.
  const spec = { runtime: { replicas: 1 }, rateLimits: { apiPerMinutePerUser: 100_000 } };
  await apply({ apiVersion: "dotmac.io/v1alpha1", kind: "TenantPlan", metadata: { name: plan }, spec });
  opened.defer(async () => void (await kubectl("delete", "tenantplan", plan, "--ignore-not-found")));
  const [attacker, neighbour] = await Promise.all([
    sampleTenant("attacker").then((tenant) => opened.use(tenant)),
    sampleTenant("neighbour", { plan }).then((tenant) => opened.use(tenant)),
  ]);
  const staff = opened.use(await administrator(neighbour));
  const resources = opened.move();

  async function latencies(milliseconds: number): Promise<number[]> {
    const end = performance.now() + milliseconds;
    const times: number[] = [];
    const person = async () => {
      while (performance.now() < end) {
        const asked = performance.now();
        const { status } = await staff.client.call("GET", "/auth/me", { token: staff.token });
        if (status !== 200)
          throw new Error(`Expected a neighbour's request to be answered 200, got ${status}`);
        times.push(performance.now() - asked);
        await pause(20);
      }
    };
    await Promise.all([person(), person()]);
    return times;
  }
  async function during<Result, Done>(script: string, work: () => Promise<Done>) {
    const program = startInPod<Result>(attacker.namespace, "deploy/runtime", script);
    const done = program.begun.then(work);
    // Waits for the end of both, so that after a failure the other does not run beside the next attack.
    await Promise.allSettled([program.result, done]);
    return { result: await program.result, done: await done };
  }
  async function attack(attack: Attack) {
    const script = attackScript(attack, attacker.id);
    const { result, done } = await during<Outcome, number[]>(script, () => latencies(5_000));
    return { result, latencies: done };
  }
  return {
    ...{ attacker, neighbour, staff, latencies, during, attack },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
