import { join } from "node:path";
import { pathToFileURL } from "node:url";

const preload = pathToFileURL(join(import.meta.dirname, "take-coverage.ts")).href;

/**
 * The environment in which a Node program started by a test reports its executed lines to the test's coverage, if there
 * is any.
 */
export function coverageEnvironment(): NodeJS.ProcessEnv {
  const { NODE_V8_COVERAGE } = process.env;
  return NODE_V8_COVERAGE === undefined ? {} : { NODE_V8_COVERAGE, NODE_OPTIONS: `--import=${preload}` };
}

/** The signal that ends such a program at once. */
export function endAtOnce(): NodeJS.Signals {
  return process.env.NODE_V8_COVERAGE === undefined ? "SIGKILL" : "SIGUSR2";
}
