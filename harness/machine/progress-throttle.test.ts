import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ProgressThrottle } from "./progress-throttle.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("passes on the first message at once, then the newest message at most every ten seconds", () => {
  using throttle = new ProgressThrottle();
  const lines: string[] = [];
  const progress = throttle.throttle((message) => lines.push(message));
  for (let second = 1; second <= 30; second++) {
    progress(`after ${second} s`);
    vi.advanceTimersByTime(1000);
  }
  expect(lines).toEqual(["after 1 s", "after 10 s", "after 20 s", "after 30 s"]);
});

it("alternates between reporters, independent of how often they report", () => {
  using throttle = new ProgressThrottle();
  const lines: string[] = [];
  const [busy, quiet] = [
    throttle.throttle((line) => lines.push(line)),
    throttle.throttle((line) => lines.push(line)),
  ];
  busy("counting");
  quiet("installing");
  for (const package_ of ["one", "two", "three"]) {
    busy(`compiling ${package_}`);
    vi.advanceTimersByTime(10_000);
  }
  expect(lines).toEqual(["counting", "installing", "compiling two", "compiling three"]);
});

it("prints nothing of a reporter that has ended", () => {
  using throttle = new ProgressThrottle();
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const ended = throttle.throttle(write);
  ended("begun");
  ended("almost done");
  throttle.drop(write);
  throttle.throttle((line) => void lines.push(line))("still at work");
  vi.advanceTimersByTime(20_000);
  expect(lines).toEqual(["begun", "still at work"]);
});
