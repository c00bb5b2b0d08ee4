import { describe, expect, it } from "vitest";
import { ContestedFields } from "./contested-fields.ts";
import type { ApplyReport } from "./kubernetes/apply/apply.ts";

const minute = 60_000;
const repair = (path = "spec.replicas"): ApplyReport => ({
  kind: "Deployment",
  name: { namespace: "isp-north-k3v7q2mzxa", name: "runtime" },
  cause: { type: "drift", path },
});

function contestedAt(start = 0) {
  let now = start;
  const contested = new ContestedFields({ monotonic: () => now });
  return {
    noteAt(time: number, report: ApplyReport) {
      now = time;
      return contested.note(report);
    },
  };
}

describe("a field that another program changes repeatedly", () => {
  it("is reported at the third repair within five minutes, with the command that finds the program", () => {
    const { noteAt } = contestedAt();
    expect(noteAt(0, repair())).toBeUndefined();
    expect(noteAt(minute, repair())).toBeUndefined();
    expect(noteAt(2 * minute, repair())).toMatch(
      /changed spec\.replicas of the Deployment runtime 3 times .* kubectl -n isp-north-k3v7q2mzxa get deployment runtime/,
    );
  });

  it.each([
    ["spec.replicas", true],
    ["spec.template", false],
  ])("is reported with the command that scales the Tenant when it is %s: %s", (path, isAdvised) => {
    const { noteAt } = contestedAt();
    const told = [0, 1, 2].map((turn) => noteAt(turn * minute, repair(path))).at(-1);
    expect(told?.includes("kubectl scale tenant <name> --replicas=<number>")).toBe(isAdvised);
  });

  it("is reported once in half an hour", () => {
    const { noteAt } = contestedAt();
    const told = Array.from({ length: 36 }, (_, turn) => noteAt(turn * minute, repair()));
    expect(told.flatMap((note, turn) => (note === undefined ? [] : [turn]))).toEqual([2, 32]);
  });

  it("is not reported after changes of different fields, slow changes, or the operator's own", () => {
    const { noteAt } = contestedAt();
    for (const path of ["spec.a", "spec.b", "spec.c"]) expect(noteAt(0, repair(path))).toBeUndefined();
    for (const turn of [1, 2, 3]) expect(noteAt(turn * 5 * minute, repair())).toBeUndefined();
    const own = { ...repair(), cause: { type: "changed" } } as const;
    for (const turn of [0, 1, 2]) expect(noteAt(turn, own)).toBeUndefined();
  });
});
