import { expect, it } from "vitest";
import { findCondition, withCondition, withoutCondition } from "./conditions.ts";

const early = new Date("2026-01-01T00:00:00.123Z");
const late = new Date("2026-01-02T00:00:00Z");
const ready = { type: "Ready", status: "True", reason: "Done", message: "all is well" } as const;

it("moves the transition time when the status changes, and only then", () => {
  const first = withCondition([], { ...ready, status: "False" }, 1, early);
  const reworded = withCondition(first, { ...ready, status: "False", reason: "Waiting" }, 2, late);
  const turned = withCondition(reworded, ready, 2, late);
  expect(first[0]?.lastTransitionTime).toBe("2026-01-01T00:00:00Z");
  expect(reworded[0]).toMatchObject({
    reason: "Waiting",
    observedGeneration: 2,
    lastTransitionTime: "2026-01-01T00:00:00Z",
  });
  expect(turned[0]?.lastTransitionTime).toBe("2026-01-02T00:00:00Z");
});

it("keeps the order of conditions and adds new ones at the end", () => {
  const conditions = withCondition(
    withCondition([], ready, 1, early),
    { ...ready, type: "Stalled" },
    1,
    early,
  );
  const changed = withCondition(conditions, { ...ready, status: "False" }, 1, late);
  expect(changed.map(({ type, status }) => `${type}=${status}`)).toEqual(["Ready=False", "Stalled=True"]);
  expect(withoutCondition(changed, "Stalled").map(({ type }) => type)).toEqual(["Ready"]);
  expect(findCondition(changed, "Stalled")?.status).toBe("True");
  expect(findCondition(undefined, "Ready")).toBeUndefined();
});
