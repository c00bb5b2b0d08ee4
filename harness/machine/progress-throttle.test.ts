import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ProgressThrottle } from "./progress-throttle.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("passes on the newest message, and no more than one every ten seconds", () => {
  using throttle = new ProgressThrottle();
  const lines: string[] = [];
  const progress = throttle.throttle((message) => lines.push(message));
  for (let second = 1; second <= 30; second++) {
    progress(`after ${second} s`);
    vi.advanceTimersByTime(1000);
  }
  expect(lines).toEqual(["after 10 s", "after 20 s", "after 30 s"]);
});

it("lets reporters take turns, whichever reports more often", () => {
  using throttle = new ProgressThrottle();
  const lines: string[] = [];
  const [busy, quiet] = [
    throttle.throttle((line) => lines.push(line)),
    throttle.throttle((line) => lines.push(line)),
  ];
  quiet("installing");
  for (const package_ of ["one", "two", "three"]) {
    busy(`compiling ${package_}`);
    vi.advanceTimersByTime(10_000);
  }
  expect(lines).toEqual(["installing", "compiling two", "compiling three"]);
});

it("says nothing of a reporter that has ended", () => {
  using throttle = new ProgressThrottle();
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  throttle.throttle(write)("almost done");
  throttle.drop(write);
  throttle.throttle((line) => void lines.push(line))("still at work");
  vi.advanceTimersByTime(20_000);
  expect(lines).toEqual(["still at work"]);
});
