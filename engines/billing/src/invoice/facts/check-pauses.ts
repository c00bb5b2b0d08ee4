import type { InputChecks } from "../../../../base/src/input-checks.ts";
import type { Path } from "../../../../base/src/path.ts";
import type { Zone } from "../../../../calendar/src/zone.ts";
import { compareMoments } from "../../cycles/moment.ts";
import type { Subscription } from "./subscription.ts";

/**
 * Finds resumptions without a pause before them and pauses within a pause: a fact between them was lost, and the
 * customer would be billed for the pause. After the cancellation nothing is billed.
 */
export function checkPauses(path: Path, { facts }: Subscription, zone: Zone, checks: InputChecks): void {
  const inTimeOrder = [...facts.entries()].sort(([, one], [, other]) => compareMoments(one, other, zone));
  let pausedBy: Path | undefined;
  for (const [index, { kind }] of inTimeOrder) {
    const place = [...path, "facts", index];
    if (kind === "cancel") return;
    if (kind === "resume") {
      if (pausedBy === undefined) refuseResume(place, checks);
      pausedBy = undefined;
    }
    if (kind === "pause") {
      if (pausedBy !== undefined) refusePause(place, pausedBy, checks);
      pausedBy = place;
    }
  }
}

function refuseResume(path: Path, checks: InputChecks): void {
  checks.refuse(
    path,
    'expected a "pause" before each "resume"; found none: write when the pause began, or remove this "resume"',
  );
}

function refusePause(path: Path, before: Path, checks: InputChecks): void {
  checks.refuseBeside(
    path,
    before,
    (other) =>
      `expected a "resume" before the next "pause"; found none after the one at ${other}: write when service went on, or remove one of the two`,
  );
}
