import type { Principal } from "../../platform/access/principal.ts";
import { AppError } from "../../platform/base/errors.ts";
import type { Command } from "../../platform/events/command.ts";
import type { RequestContext } from "./route.ts";

/** The command of a signed-in user's request. Throws UNAUTHENTICATED. */
export function commandOf(context: RequestContext): Command {
  const { requestId, ifMatch, mark } = context;
  return { actor: { id: principalOf(context).userId, requestId }, expected: ifMatch, mark };
}

/** The user of the request. Throws UNAUTHENTICATED on a public route. */
export function principalOf({ principal }: RequestContext): Principal {
  if (principal === undefined) throw new AppError("UNAUTHENTICATED");
  return principal;
}
