import { done, type Outcome, stalled, stalledFor, waiting } from "../../kubernetes/loop/outcome.ts";
import type { Deployment } from "../../kubernetes/objects/kinds.ts";
import { rollout } from "../model/reports/rollout.ts";
import { componentPods } from "../observed/component-pods.ts";
import { podRefusal } from "../observed/pod-refusal.ts";
import { podTrouble } from "../observed/pod-trouble.ts";
import type { Subject } from "../step/subject.ts";

const words = {
  runtime: { pods: "pods", work: "serve" },
  worker: { pods: "workers", work: "are ready" },
} as const;

/** Waits until the desired pods of this Deployment run, and only they. Pods that finish their requests still serve. */
export async function followRollout(
  subject: Subject,
  live: Deployment,
  component: keyof typeof words,
): Promise<Outcome> {
  const { ready, updated, desired, finished, stuck } = rollout(live);
  if (desired === 0) return followStop(subject, component, finished);
  if (finished) return done;
  const now = subject.world.clock.now();
  const trouble = podTrouble(await componentPods(subject, component), now) ?? podRefusal(live, now);
  const reason = trouble?.reason ?? (stuck ? "RolloutStuck" : "RollingOut");
  const { pods, work } = words[component];
  const message =
    `${Math.min(updated, desired)} of ${desired} ${pods} are up to date, ${ready} ${work}${including(live)}. ${trouble ? `${trouble.message}.` : ""}`.trim();
  if (stuck) return stalled(reason, message);
  return trouble?.lasting ? stalledFor(reason, message, 30_000) : waiting(reason, message, 5_000);
}

/** A Deployment's status does not count pods that are being deleted. */
async function followStop(
  subject: Subject,
  component: keyof typeof words,
  finished: boolean,
): Promise<Outcome> {
  const { length } = await componentPods(subject, component);
  if (finished && length === 0) return done;
  return waiting("RuntimeStopping", `${length} ${words[component].pods} are finishing their work.`, 2_000);
}

function including(live: Deployment): string {
  const ready = live.status?.readyReplicas ?? 0;
  const updated = live.status?.updatedReplicas ?? 0;
  const old = (live.status?.replicas ?? 0) - updated;
  return old > 0 && ready > 0 ? ", including pods of the previous version" : "";
}
