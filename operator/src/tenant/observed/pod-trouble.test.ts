import { describe, expect, it } from "vitest";
import type { Pod } from "../../kubernetes/objects/kinds.ts";
import { podTrouble } from "./pod-trouble.ts";

const now = new Date("2026-05-01T12:00:00Z");
const container = (status: object) => ({ containerStatuses: [{ ready: false, ...status }] });
const waiting = (reason: string, message?: string) => container({ state: { waiting: { reason, message } } });
const unready = (type: string, more: object) => ({ conditions: [{ type, status: "False", ...more }] });
const ended = { exitCode: 1, message: "no database\n", finishedAt: "2026-05-01T11:58:00Z" };
const logged = (level: string, message: string) =>
  JSON.stringify({ level, time: "2026-05-01T11:57:59.000Z", message, component: "runtime" });
const log = [
  '"message":"cut off by the kubelet"}',
  logged("error", "no database"),
  logged("info", "released"),
];
const killed = { exitCode: 137, reason: "OOMKilled", finishedAt: "2026-05-01T11:58:00Z" };
const crashed = {
  reason: "CrashLoopBackOff",
  message: "Pod p: its container ended with code 1 and is started again: no database",
};
const outOfMemory = {
  reason: "OOMKilled",
  message:
    "Pod p: its container was killed because it used more memory than 512Mi: raise runtime.resources.limits.memory " +
    "of the TenantPlan, or of the Tenant where it has its own",
};
const notFound = 'failed to pull and unpack image "registry.test/a:1": registry.test/a:1: not found';
const withoutImage = {
  reason: "ImagePullBackOff",
  message: `Pod p: the image registry.test/a:1 cannot be pulled: ${notFound}: push it, or set another`,
};

describe("a pod's trouble", () => {
  it.each([
    ["none while it starts", waiting("ContainerCreating"), undefined],
    ["none while it runs", container({ state: { running: {} } }), undefined],
    [
      "none once it has ended",
      { phase: "Failed", ...container({ state: { terminated: ended } }) },
      undefined,
    ],
    ["the image after an attempt to pull it", waiting("ErrImagePull", notFound), withoutImage],
    [
      "the same while the kubelet waits for the next attempt",
      waiting("ImagePullBackOff", `Back-off pulling image "registry.test/a:1": ErrImagePull: ${notFound}`),
      withoutImage,
    ],
    [
      "the same when the container runtime answers with a code",
      waiting("ErrImagePull", `rpc error: code = NotFound desc = ${notFound}`),
      withoutImage,
    ],
    [
      "the kubelet's other words as they are",
      waiting("CreateContainerConfigError", 'secret "runtime" not found'),
      { reason: "CreateContainerConfigError", message: 'Pod p: secret "runtime" not found' },
    ],
    [
      "its last words while it waits after a crash",
      container({ state: { waiting: { reason: "CrashLoopBackOff" } }, lastState: { terminated: ended } }),
      crashed,
    ],
    [
      "of its log the message of the last error, without the times",
      container({ state: { terminated: { ...ended, message: `${log.join("\n")}\n` } } }),
      crashed,
    ],
    [
      "of a log without errors the last message",
      container({ state: { terminated: { ...ended, message: log[2] } } }),
      { ...crashed, message: crashed.message.replace("no database", "released") },
    ],
    [
      "all of a log that does not end in JSON",
      container({ state: { terminated: { ...ended, message: `${log[1]}\nSegmentation fault` } } }),
      { ...crashed, message: expect.stringMatching(/: \{"level":"error".*Segmentation fault$/s) },
    ],
    ["the same right after the crash", container({ state: { terminated: ended } }), crashed],
    [
      "the same while it tries again",
      container({ state: { running: {} }, lastState: { terminated: ended } }),
      crashed,
    ],
    [
      "none of a crash that is long past",
      container({
        state: { running: {} },
        lastState: { terminated: { ...ended, finishedAt: "2026-05-01T11:00:00Z" } },
      }),
      undefined,
    ],
    [
      "its memory when it was killed for it",
      container({ state: { waiting: { reason: "CrashLoopBackOff" } }, lastState: { terminated: killed } }),
      outOfMemory,
    ],
    [
      "its memory while it runs again",
      container({ state: { running: {} }, lastState: { terminated: killed } }),
      outOfMemory,
    ],
    [
      "that no node takes it",
      unready("PodScheduled", { reason: "Unschedulable", message: "0/1 nodes are available." }),
      {
        reason: "Unschedulable",
        message: "Pod p: 0/1 nodes are available: add nodes, or choose a plan that asks for less",
      },
    ],
    [
      "none while its volumes are mounted",
      unready("PodReadyToStartContainers", { lastTransitionTime: "2026-05-01T11:59:30Z" }),
      undefined,
    ],
    [
      "where to look when its volumes are not mounted",
      {
        ...waiting("ContainerCreating"),
        ...unready("PodReadyToStartContainers", { lastTransitionTime: "2026-05-01T11:58:00Z" }),
      },
      {
        reason: "PodNotStarting",
        message:
          "Pod p: its volumes or its network are not there, its Events say why: kubectl -n n describe pod p",
      },
    ],
  ])("is %s", (_, status, trouble) => {
    expect(podTrouble([pod(status)], now)).toEqual(trouble && { ...trouble, lasting: false });
  });

  it.each([
    ["an image after five minutes", waiting("ErrImagePull", notFound), "11:54:59", true],
    ["an image before that", waiting("ErrImagePull", notFound), "11:55:01", false],
    ["memory after five minutes", container({ state: { terminated: killed } }), "11:54:59", true],
    ["a crash never", container({ state: { terminated: ended } }), "11:00:00", false],
  ])("is permanent or not: %s", (_, status, time, lasting) => {
    const since = unready("Ready", { lastTransitionTime: `2026-05-01T${time}Z` });
    expect(podTrouble([pod({ ...status, ...since })], now)?.lasting).toBe(lasting);
  });

  it("is permanent when no node takes the pod for five minutes", () => {
    const since = { reason: "Unschedulable", lastTransitionTime: "2026-05-01T11:54:59Z" };
    expect(podTrouble([pod(unready("PodScheduled", since))], now)?.lasting).toBe(true);
  });

  it("of a migration's pod names its requests, which no plan changes", () => {
    const migration = pod(unready("PodScheduled", { message: "0/1 nodes are available." }));
    migration.metadata.labels = { "app.kubernetes.io/component": "migration" };
    expect(podTrouble([migration], now)?.message).toBe(
      "Pod p: 0/1 nodes are available: add nodes: a migration asks for 50m of CPU and 128Mi of memory",
    );
  });

  it("is not reported for a pod that is being deleted", () => {
    const going = pod(waiting("ImagePullBackOff"));
    going.metadata.deletionTimestamp = "2026-05-01T12:00:00Z";
    expect(podTrouble([going], now)).toBeUndefined();
  });
});

function pod(status: object): Pod {
  const metadata = { name: "p", namespace: "n", creationTimestamp: "2026-05-01T11:59:00Z" };
  const resources = { limits: { memory: "512Mi" } };
  const spec = { containers: [{ name: "c", image: "registry.test/a:1", resources }] };
  return { apiVersion: "v1", kind: "Pod", metadata, spec, status } as unknown as Pod;
}
