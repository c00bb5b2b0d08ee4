import { Listr } from "listr2";
import type { Progress } from "../machine/progress.ts";
import { ProgressThrottle } from "../machine/progress-throttle.ts";
import { childrenCpuSeconds, timeUsed } from "../machine/time-used.ts";

/** A part of a larger job. It starts when all the steps of `needs` and `after` are done. */
export interface Step<Result = unknown> {
  readonly title: string;
  /** The steps whose results `run` gets, by the same names. */
  readonly needs?: StepsByName;
  /** Further steps that are done before. */
  readonly after?: readonly Step[];
  run(progress: Progress, results: Readonly<Record<string, unknown>>): Promise<Result>;
}

type StepsByName = Readonly<Record<string, Step>>;

type ResultsOf<Needs extends StepsByName> = {
  readonly [Name in keyof Needs]: Needs[Name] extends Step<infer Result> ? Result : never;
};

/** Types a step by the results of the steps that it needs. */
export function defineStep<Result, Needs extends StepsByName = Record<never, never>>(
  step: Pick<Step, "title" | "after"> & {
    readonly needs?: Needs;
    run(progress: Progress, results: ResultsOf<Needs>): Promise<Result>;
  },
): Step<Result> {
  return step as Step<Result>;
}

/** The result of a step that has been run. */
export type ResultOf = <Result>(step: Step<Result>) => Result;

/**
 * Runs all steps, in parallel where their needs allow it, and shows their progress. On a terminal each step has a line
 * with a clock. Elsewhere it prints a line at the begin and end of a step, and one progress message every ten seconds.
 * @throws the first failure, after the steps that do not depend on it have ended.
 */
export async function runSteps(steps: readonly Step[]): Promise<ResultOf> {
  const outcomes = new Map<Step, PromiseWithResolvers<unknown>>(
    steps.map((step) => [step, handled(Promise.withResolvers<unknown>())]),
  );
  const results = new Map<Step, unknown>();
  const failures: unknown[] = [];
  const started = Date.now();
  using throttle = process.stdout.isTTY ? undefined : new ProgressThrottle();
  const tasks = new Listr(
    steps.map((step) => ({
      title: step.title,
      task: async (_: unknown, task: { title: string; output: string; skip(message: string): void }) => {
        const outcome = outcomes.get(step);
        let needed: Readonly<Record<string, unknown>>;
        try {
          needed = await resultsFor(step, outcomes);
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
          const result = await step.run(throttle?.throttle(show) ?? show, needed);
          task.title = `${step.title} (${seconds(begun)})`;
          results.set(step, result);
          outcome?.resolve(result);
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
  process.stderr.write(`${timeUsed((Date.now() - started) / 1_000, childrenCpuSeconds())}\n`);
  return <Result>(step: Step<Result>) => results.get(step) as Result;
}

/** Waits for the steps before this one. Gives the results that it needs, by their names. */
async function resultsFor(
  { needs = {}, after = [] }: Step,
  outcomes: ReadonlyMap<Step, PromiseWithResolvers<unknown>>,
): Promise<Readonly<Record<string, unknown>>> {
  const resultOf = (step: Step) => outcomes.get(step)?.promise;
  const named = Object.entries(needs).map(async ([name, step]) => [name, await resultOf(step)] as const);
  const [results] = await Promise.all([Promise.all(named), Promise.all(after.map(resultOf))]);
  return Object.fromEntries(results);
}

/** Marks the promise as handled, because the step's own task reports a failure. */
function handled<Result>(outcome: PromiseWithResolvers<Result>): PromiseWithResolvers<Result> {
  outcome.promise.catch(() => undefined);
  return outcome;
}

function seconds(since: number): string {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}
