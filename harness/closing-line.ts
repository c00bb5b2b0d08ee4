import type { SerializedError } from "vitest";
import type { Reporter, TestModule } from "vitest/node";

/** The totals of a finished run. `failed` also counts files that did not load and errors outside of tests. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Counts the tests by their state, then every error that belongs to no test. */
function totals(modules: readonly TestModule[], errorsOutsideTests: number): Totals {
  const states = modules.flatMap((module) =>
    [...module.children.allTests()].map((test) => test.result().state),
  );
  const count = (state: string) => states.filter((found) => found === state).length;
  const brokenModules = modules.filter((module) => module.errors().length > 0).length;
  return {
    passed: count("passed"),
    failed: count("failed") + count("pending") + brokenModules + errorsOutsideTests,
    skipped: count("skipped"),
  };
}

/** The last line of a test run: `123 passed, 0 failed`, with `, 4 skipped` only if there are any. */
function closingLine({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/**
 * A line for each failure: `failed: <file> > <test>: <first line of the message>`. Logs of long runs are often cut
 * to their end, so the lines repeat the failures there.
 */
function failureLines(modules: readonly TestModule[]): string[] {
  return modules.flatMap((module) => {
    const broken = module.errors().map((error) => failure(place(module), error.message));
    const tests = [...module.children.allTests("failed")].map((test) =>
      failure(`${place(module)} > ${test.fullName}`, test.result().errors?.[0]?.message),
    );
    return [...broken, ...tests];
  });
}

/**
 * Where the time went: a line for each project with the seconds of its files, and one for each of the slowest
 * files from 10 s on. Files run beside each other, so the seconds are more than the run's own.
 */
function timeLines(modules: readonly TestModule[], files = 25): string[] {
  const seconds = (some: readonly TestModule[]) =>
    (some.reduce((sum, module) => sum + module.diagnostic().duration, 0) / 1_000).toFixed(0);
  const projects = Map.groupBy(modules, (module) => module.project.name);
  const slow = modules.filter((module) => module.diagnostic().duration >= 10_000);
  const slowest = slow.toSorted((a, b) => b.diagnostic().duration - a.diagnostic().duration);
  return [
    ...[...projects].map(([name, some]) => `time: ${seconds(some)} s, ${some.length} files of ${name}`),
    ...slowest.slice(0, files).map((module) => `time: ${seconds([module])} s, ${place(module)}`),
  ];
}

/** The file of the module with its project. */
function place(module: TestModule): string {
  return `${module.project.name}/${module.relativeModuleId}`;
}

function failure(where: string, message = "no message"): string {
  return `failed: ${where}: ${message.split("\n", 1)[0]?.slice(0, 300)}`;
}

/** Prints the times, the failures and the closing line at the end of the process, after coverage and teardown. */
export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const lines = [
      ...(modules.length > 1 ? timeLines(modules) : []),
      ...failureLines(modules),
      ...unhandledErrors.map((error) =>
        failure("outside of the tests", `${error.message} ${error.stack ?? ""}`.replaceAll("\n", " ")),
      ),
      closingLine(totals(modules, unhandledErrors.length)),
    ];
    process.once("exit", () => process.stdout.write(`${lines.join("\n")}\n`));
  }
}
