import type { Reporter, TestModule } from "vitest/node";

/** What a finished run amounts to; `failed` also counts files that did not load and errors outside tests. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Adds up a finished run: tests by their state, then every error that belongs to no test. */
export function totals(modules: readonly TestModule[], errorsOutsideTests: number): Totals {
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

/** The line a test run ends on: `123 passed, 0 failed`, with `, 4 skipped` only where there are any. */
export function closingLine({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/** Prints the closing line when the process ends, so that nothing (coverage, teardown) is printed below it. */
export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const line = closingLine(totals(modules, unhandledErrors.length));
    process.once("exit", () => process.stdout.write(`${line}\n`));
  }
}
