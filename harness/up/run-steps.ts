import { Listr } from "listr2";
import type { Progress } from "../machine/progress.ts";
import { ProgressThrottle } from "../machine/progress-throttle.ts";

/** A part of a larger job. It starts when all the steps it needs are done. */
export interface Step {
  readonly title: string;
  readonly needs?: readonly Step[];
  run(progress: Progress): Promise<void>;
}

/**
 * Runs all steps, in parallel where their needs allow it, and shows their progress. On a terminal each step has a line
 * with a clock. Elsewhere it prints a line at the begin and end of a step, and one progress message every ten seconds.
 * @throws the first failure, after the steps that do not depend on it have ended.
 */
export async function runSteps(steps: readonly Step[]): Promise<void> {
  const outcomes = new Map<Step, PromiseWithResolvers<void>>(
    steps.map((step) => [step, handled(Promise.withResolvers<void>())]),
  );
  const failures: unknown[] = [];
  const started = Date.now();
  using throttle = process.stdout.isTTY ? undefined : new ProgressThrottle();
  const tasks = new Listr(
    steps.map((step) => ({
      title: step.title,
      task: async (_: unknown, task: { title: string; output: string; skip(message: string): void }) => {
        const outcome = outcomes.get(step);
        try {
          await needsOf(step, outcomes);
        } catch {
          outcome?.reject(new Error(`${step.title} was not begun`));
          task.skip(`${step.title}: not started, because a step that it needs has failed`);
          return;
        }
        const begun = Date.now();
        const show: Progress = (message) => {
          task.output = message;
        };
        try {
          await step.run(throttle?.throttle(show) ?? show);
          task.title = `${step.title} (${seconds(begun)})`;
          outcome?.resolve();
        } catch (error) {
          failures.push(error);
          outcome?.reject(error);
          throw new Error("the reason is below", { cause: error });
        } finally {
          throttle?.drop(show);
        }
      },
    })),
    {
      concurrent: true,
      exitOnError: false,
      rendererOptions: { collapseSkips: false, collapseErrors: false },
      fallbackRenderer: "simple",
    },
  );
  await tasks.run();
  if (failures.length > 0) throw failures[0];
  process.stderr.write(`Done in ${seconds(started)}.\n`);
}

async function needsOf(step: Step, outcomes: Map<Step, PromiseWithResolvers<void>>): Promise<void> {
  await Promise.all((step.needs ?? []).map((need) => outcomes.get(need)?.promise));
}

/** Marks the promise as handled, because the step's own task reports a failure. */
function handled(outcome: PromiseWithResolvers<void>): PromiseWithResolvers<void> {
  outcome.promise.catch(() => undefined);
  return outcome;
}

function seconds(since: number): string {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}
