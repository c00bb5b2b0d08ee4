import { describe, expect, it } from "vitest";
import type { Pod } from "../controller/kinds.ts";
import { podTrouble } from "./pod-trouble.ts";

const waiting = (reason: string, message?: string) => ({
  containerStatuses: [{ state: { waiting: { reason, message } } }],
});
const ended = { terminated: { exitCode: 1, message: "no database\n" } };

describe("a pod's trouble", () => {
  it.each([
    ["none while it starts", waiting("ContainerCreating"), undefined],
    ["none while it runs", { containerStatuses: [{ state: { running: {} } }] }, undefined],
    [
      "that its image is missing",
      waiting("ImagePullBackOff", "no such image"),
      { reason: "ImagePullBackOff", message: "Pod p: no such image" },
    ],
    [
      "its last words when it crashes",
      {
        containerStatuses: [
          { state: { waiting: { reason: "CrashLoopBackOff", message: "back-off" } }, lastState: ended },
        ],
      },
      { reason: "CrashLoopBackOff", message: "Pod p: back-off: it ended with code 1: no database" },
    ],
    [
      "that no node takes it",
      {
        conditions: [
          { type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/1 nodes" },
        ],
      },
      { reason: "Unschedulable", message: "Pod p: 0/1 nodes" },
    ],
  ])("is %s", (_, status, trouble) => {
    expect(podTrouble([pod(status)])).toEqual(trouble);
  });

  it("is none of a pod that is going away", () => {
    const going = pod(waiting("ImagePullBackOff"));
    going.metadata.deletionTimestamp = "2026-05-01T12:00:00Z";
    expect(podTrouble([going])).toBeUndefined();
  });
});

function pod(status: object): Pod {
  return { apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, status } as Pod;
}
