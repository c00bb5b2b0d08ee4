import { describe, expect, it } from "vitest";
import type { Deployment } from "../../../kubernetes/objects/kinds.ts";
import { rollout } from "./rollout.ts";

const finished = {
  observedGeneration: 2,
  replicas: 2,
  updatedReplicas: 2,
  readyReplicas: 2,
  availableReplicas: 2,
};

describe("a rollout", () => {
  it.each([
    ["all desired pods serve", finished, true],
    ["the controller has not seen the change", { ...finished, observedGeneration: 1 }, false],
    ["an old pod is left", { ...finished, replicas: 3 }, false],
    ["a new pod is missing", { ...finished, updatedReplicas: 1 }, false],
    ["a pod is not available", { ...finished, availableReplicas: 1 }, false],
    ["there is no status", {}, false],
  ])("when %s is finished: %3$s", (_, status, isFinished) => {
    expect(rollout(deployment(status)).finished).toBe(isFinished);
  });

  it("is stuck after the progress deadline only", () => {
    const condition = { type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" };
    expect(rollout(deployment({ ...finished, conditions: [condition] })).stuck).toBe(true);
    expect(rollout(deployment({ ...finished, conditions: [{ ...condition, status: "True" }] })).stuck).toBe(
      false,
    );
  });
});

function deployment(status: object): Deployment {
  const metadata = { name: "runtime", generation: 2 };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata, spec: { replicas: 2 }, status } as Deployment;
}
