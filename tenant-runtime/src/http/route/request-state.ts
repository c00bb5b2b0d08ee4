import type { Response } from "express";
import type { Principal } from "../../platform/access/principal.ts";

/** What the middleware of one request tell each other. */
export interface RequestState {
  readonly requestId: string;
  /** The route's template for logs and metrics, never the address itself: that may hold personal data. */
  route: string;
  principal: Principal | undefined;
  /** Set when the request is answered with an error. */
  errorCode: string | undefined;
  input: { params: unknown; query: unknown; body: unknown };
}

/** The state that the request-id middleware has put on this response. */
export function requestState(response: Response): RequestState {
  return response.locals as unknown as RequestState;
}
