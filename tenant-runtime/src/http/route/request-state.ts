import type { Response } from "express";
import type { Principal } from "../../platform/access/principal.ts";

/** The values that the middleware of one request share. */
export interface RequestState {
  readonly requestId: string;
  /** The route's template for logs and metrics, never the address itself, which may hold personal data. */
  route: string;
  principal: Principal | undefined;
  /** Set when the request is answered with an error. */
  errorCode: string | undefined;
  input: { params: unknown; query: unknown; body: unknown };
}

/** The state that the request-id middleware attached to this response. */
export function requestState(response: Response): RequestState {
  return response.locals as unknown as RequestState;
}
