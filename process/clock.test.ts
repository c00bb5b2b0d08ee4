import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { longestTimer, systemClock } from "./clock.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const delay = 2.5 * longestTimer;

it("waits longer than a timer of Node.js can", () => {
  const action = vi.fn();
  systemClock.after(delay, action);
  vi.advanceTimersByTime(delay - 1);
  expect(action).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(action).toHaveBeenCalledOnce();
});

it("cancels such a wait in any part of it", () => {
  const action = vi.fn();
  const cancel = systemClock.after(delay, action);
  vi.advanceTimersByTime(1.5 * longestTimer);
  cancel();
  vi.advanceTimersByTime(delay);
  expect(action).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});
