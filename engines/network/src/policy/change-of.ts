import { located } from "../../../base/src/located.ts";
import type { Attribute } from "../radius/attributes/attribute.ts";
import { authorize } from "./authorize.ts";
import { changeKey } from "./change-key.ts";
import { type Difference, differencesOf } from "./differences-of.ts";
import type { LiveSession } from "./live-session.ts";
import type { Nas } from "./nas.ts";
import type { ServicePolicy } from "./service-policy.ts";
import { sessionAttributes } from "./session-attributes.ts";
import type { Services } from "./vendors/vendor.ts";

/** What it takes for a live session to follow its policy. */
export type Change =
  | { readonly kind: "nothing" }
  /** A CoA-Request (RFC 5176 section 2.2) of these attributes. */
  | { readonly kind: "coa"; readonly attributes: readonly Attribute[]; readonly changed: readonly string[] }
  /** A Disconnect-Request (section 2.1): the customer comes back under the new policy. */
  | {
      readonly kind: "disconnect";
      readonly attributes: readonly Attribute[];
      readonly because: readonly string[];
    }
  /** The NAS takes neither: the session must be ended on it by hand, or end by itself. */
  | { readonly kind: "impossible"; readonly because: readonly string[] };

/**
 * The change from the policy that a session began under to the one that it shall follow.
 *
 * A CoA replaces all values of the attributes in it and leaves the others as they are (RFC 5176 section
 * 3.6, note 3): so it carries what differs, whole, and an attribute that shall go takes a new session.
 * @throws NetworkFault as `authorize` for either policy, SESSION_INVALID for a session not well enough known.
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
  const differences = differencesOf(old.attributes, current.attributes);
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

function attributesOf(session: LiveSession, { terms }: Nas): readonly Attribute[] {
  return located(["session"], () => sessionAttributes(session, terms.vendor));
}

function obstacleOf({ key, after }: Difference, nas: Nas): readonly string[] {
  if (!nas.terms.acceptsCoa) return [`${key} changes, and the NAS takes no CoA`];
  if (!nas.canChange(key)) return [`${key} cannot be changed by CoA`];
  const stays = after.length > 0 || key === nas.vendor.services?.key;
  return stays ? [] : [`${key} cannot be withdrawn by CoA`];
}

/** All values of what differs, with what is only understood beside it; services as their ends and beginnings. */
function changedAttributes(
  differences: readonly Difference[],
  current: readonly Attribute[],
  { vendor }: Nas,
): readonly Attribute[] {
  const wanted = differences
    .filter(({ key }) => key !== vendor.services?.key)
    .flatMap(({ key }) => vendor.together.find((group) => group.includes(key)) ?? [key]);
  return [
    ...current.filter((one) => wanted.includes(changeKey(one))),
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
