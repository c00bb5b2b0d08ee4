import type { Principal } from "../../platform/access/principal.ts";
import { AppError } from "../../platform/base/errors.ts";
import type { Command } from "../../platform/events/command.ts";
import type { RequestContext } from "./route.ts";

/** The command that a request of a signed-in user is. Throws UNAUTHENTICATED. */
export function commandOf(context: RequestContext): Command {
  const { requestId, ifMatch, mark } = context;
  return { actor: { id: principalOf(context).userId, requestId }, expected: ifMatch, mark };
}

/** Who makes the request. Throws UNAUTHENTICATED on a public route. */
export function principalOf({ principal }: RequestContext): Principal {
  if (principal === undefined) throw new AppError("UNAUTHENTICATED");
  return principal;
}
