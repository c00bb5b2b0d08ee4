import { located } from "../../../../base/src/located.ts";
import type { Attribute } from "../../radius/attributes/attribute.ts";
import { authorize } from "../authorize.ts";
import type { Nas } from "../nas.ts";
import type { ServicePolicy } from "../service-policy.ts";
import type { Services } from "../vendors/vendor.ts";
import { changeKey } from "./change-key.ts";
import { type Difference, differencesOf } from "./differences-of.ts";
import type { LiveSession } from "./live-session.ts";
import { sessionAttributes } from "./session-attributes.ts";

/** The action that applies the policy to a live session. */
export type Change =
  | { readonly kind: "nothing" }
  /** Send a CoA-Request (RFC 5176 section 2.2) with these attributes. */
  | { readonly kind: "coa"; readonly attributes: readonly Attribute[]; readonly changed: readonly string[] }
  /** Send a Disconnect-Request (section 2.1): the customer logs in again under the new policy. */
  | {
      readonly kind: "disconnect";
      readonly attributes: readonly Attribute[];
      readonly because: readonly string[];
    }
  /** The NAS accepts neither request: an administrator must end the session on the NAS, or it ends by itself. */
  | { readonly kind: "impossible"; readonly because: readonly string[] };

/**
 * The change from the policy at a session's begin to its new policy.
 *
 * A CoA replaces all values of its attributes and leaves the others unchanged (RFC 5176 section 3.6, note 3). So it
 * contains all values of each changed attribute, and the removal of an attribute needs a new session.
 * @throws NetworkFault as `authorize` for either policy, SESSION_INVALID if the session has too few identifying
 * attributes.
 */
export function changeOf(
  before: ServicePolicy,
  after: ServicePolicy,
  nas: Nas,
  session: LiveSession,
): Change {
  const old = located(["before"], () => authorize(before, nas));
  const current = located(["after"], () => authorize(after, nas));
  if (current.kind === "reject") return ended(nas, session, ["the service is blocked"]);
  if (old.kind === "reject") return ended(nas, session, ["the service was blocked"]);
  const differences = differencesOf(old.attributes, current.attributes, nas.vendor);
  if (differences.length === 0) return { kind: "nothing" };
  const obstacles = differences.flatMap((one) => obstacleOf(one, nas));
  if (obstacles.length > 0) return ended(nas, session, obstacles);
  return {
    kind: "coa",
    attributes: [...attributesOf(session, nas), ...changedAttributes(differences, current.attributes, nas)],
    changed: differences.map(({ key }) => key),
  };
}

function ended(nas: Nas, session: LiveSession, because: readonly string[]): Change {
  if (!nas.terms.acceptsDisconnect) {
    return { kind: "impossible", because: [...because, "the NAS takes no Disconnect"] };
  }
  return { kind: "disconnect", attributes: attributesOf(session, nas), because };
}

function attributesOf(session: LiveSession, { vendor }: Nas): readonly Attribute[] {
  return located(["session"], () => sessionAttributes(session, vendor));
}

function obstacleOf({ key, after }: Difference, nas: Nas): readonly string[] {
  if (!nas.terms.acceptsCoa) return [`${key} changes, and the NAS takes no CoA`];
  if (!nas.canChange(key)) return [`${key} cannot be changed by CoA`];
  const stays = after.length > 0 || key === nas.vendor.services?.key;
  return stays ? [] : [`${key} cannot be withdrawn by CoA`];
}

/** All values of the changed attributes, with those that the NAS reads only together; services as ends and begins. */
function changedAttributes(
  differences: readonly Difference[],
  current: readonly Attribute[],
  { vendor }: Nas,
): readonly Attribute[] {
  const wanted = differences
    .filter(({ key }) => key !== vendor.services?.key)
    .flatMap(({ key }) => vendor.together.find((group) => group.includes(key)) ?? [key]);
  return [
    ...current.filter((one) => wanted.includes(changeKey(one, vendor))),
    ...differences.flatMap((one) => serviceChange(one, vendor.services)),
  ];
}

function serviceChange({ key, before, after }: Difference, services: Services | undefined) {
  if (services === undefined || key !== services.key) return [];
  return services.change(
    before.filter((one) => !after.includes(one)),
    after.filter((one) => !before.includes(one)),
  );
}
