import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { WokenLoop } from "./woken-loop.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const hour = 3_600_000;

describe("a loop that is told to attempt within a time", () => {
  let attempts = 0;
  let pause = hour;
  const start = async () => {
    attempts = 0;
    const loop = new WokenLoop(async () => {
      attempts += 1;
      return pause;
    });
    loop.wake();
    await vi.advanceTimersByTimeAsync(0);
    return loop;
  };

  it("attempts once within it, and then after its own pause again", async () => {
    pause = hour;
    const loop = await start();
    loop.wakeWithin(15_000);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(attempts).toBe(2);
    await vi.advanceTimersByTimeAsync(0.7 * hour);
    expect(attempts).toBe(2);
    await loop.stop();
  });

  it("does not put off an attempt that is due sooner", async () => {
    pause = 1_000;
    const loop = await start();
    pause = hour;
    loop.wakeWithin(hour);
    await vi.advanceTimersByTimeAsync(1_200);
    expect(attempts).toBe(2);
    await loop.stop();
  });

  it("attempts no more once it is stopped", async () => {
    pause = hour;
    const loop = await start();
    const stopped = loop.stop();
    loop.wakeWithin(1_000);
    await vi.advanceTimersByTimeAsync(5_000);
    await stopped;
    expect(attempts).toBe(1);
  });
});
