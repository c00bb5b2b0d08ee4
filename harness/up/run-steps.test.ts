import { afterEach, describe, expect, expectTypeOf, it, vi } from "vitest";
import { defineStep, runSteps, type Step } from "./run-steps.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("steps", () => {
  it("begin when the steps that they need are done, and not before", async () => {
    const order: string[] = [];
    const step = (title: string, after: Step[] = []): Step => ({
      title,
      after,
      async run() {
        order.push(`${title} begins`);
        await Promise.resolve();
        order.push(`${title} ends`);
      },
    });
    const first = step("first");
    const second = step("second", [first]);
    await runSteps([second, first]);
    expect(order).toEqual(["first begins", "first ends", "second begins", "second ends"]);
  });

  it("get the results of those they need, and give their own", async () => {
    const cluster = defineStep({ title: "cluster", run: async () => ({ address: "10.0.0.1" }) });
    const images = defineStep({ title: "images", run: async () => ["operator"] });
    const install = defineStep({
      title: "install",
      needs: { cluster, images },
      run: async (_progress, { cluster, images }) => `${images.join()} on ${cluster.address}`,
    });
    const resultOf = await runSteps([install, images, cluster]);
    expectTypeOf(resultOf(install)).toEqualTypeOf<string>();
    expect(resultOf(install)).toBe("operator on 10.0.0.1");
    expect(resultOf(cluster)).toEqual({ address: "10.0.0.1" });
  });

  it("do not begin when a step that they need fails, with its error as the result; the other steps go on", async () => {
    const begun: string[] = [];
    const broken: Step = { title: "broken", run: async () => Promise.reject(new Error("no disk")) };
    const after: Step = { title: "after", after: [broken], run: async () => void begun.push("after") };
    const beside: Step = { title: "beside", run: async () => void begun.push("beside") };
    const written = vi.spyOn(process.stderr, "write");
    await expect(runSteps([broken, after, beside])).rejects.toThrow("no disk");
    const lines = written.mock.calls.map(([line]) => String(line)).join("");
    expect(lines).toContain("broken");
    expect(lines, "the caller of the steps reports the cause, once").not.toContain("no disk");
    expect(begun).toEqual(["beside"]);
    const needing: Step = { ...after, after: [], needs: { broken } };
    await expect(runSteps([broken, needing])).rejects.toThrow("no disk");
    expect(begun).toEqual(["beside"]);
  });
});

describe("output that is not a terminal", () => {
  it("gets a line of progress every ten seconds, independent of the number of compiled packages", async () => {
    vi.useFakeTimers();
    const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    const compile: Step = {
      title: "compile",
      async run(progress) {
        for (let done = 1; done <= 2600; done++) {
          progress(`${done} of 2600 packages`);
          await vi.advanceTimersByTimeAsync(10);
        }
      },
    };
    await runSteps([compile]);
    const lines = written.mock.calls
      .map(([line]) => String(line))
      .filter((line) => line.includes("packages"));
    expect(lines).toHaveLength(3);
    expect(lines[0]).toContain("1 of 2600 packages");
    expect(lines[2]).toContain("2000 of 2600 packages");
  });
});
