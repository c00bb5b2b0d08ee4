import type { Socket } from "node:net";
import type { Milliseconds } from "../../../process/clock.ts";
import type { Tenant } from "../tenant/model/kinds.ts";
import type { Caller } from "./access/authenticate.ts";
import type { AuthenticateFrom } from "./access/bounded-refusals.ts";
import { refusalBySpec } from "./access/permit.ts";
import type { AddressRule } from "./addresses/address-rule.ts";
import { type Resolve, refusalOfLiteral, resolveTarget } from "./addresses/resolve-target.ts";
import { Refusal } from "./request/refusal.ts";
import { parseTarget, type Target } from "./request/target.ts";
import { connectTo } from "./tunnels/connect.ts";
import type { Place, Tunnels } from "./tunnels/tunnels.ts";

export interface DialOptions {
  readonly authenticate: AuthenticateFrom;
  /** The tenant that owns a namespace; undefined if there is none. */
  readonly tenantOf: (namespace: string) => Tenant | undefined;
  readonly resolve: Resolve;
  readonly rule: AddressRule;
  readonly tunnels: Tunnels;
  /** Milliseconds for all addresses of a target together. */
  readonly connectTimeout: Milliseconds;
}

/** Facts about a request at the time of its answer, for the log. */
export interface Findings {
  tenant?: string;
  target?: Target;
}

/** A connection to the outside, and its place among the tenant's tunnels, which the caller must release. */
export interface Dialled {
  readonly outside: Socket;
  readonly place: Place;
}

/** Runs all checks of a CONNECT request in order, then connects to the target. */
export async function dial(
  request: { readonly url: string; readonly authorization: string | undefined; readonly from: string },
  options: DialOptions,
  found: Findings,
): Promise<Dialled | Refusal> {
  const caller = await options.authenticate(request.authorization, request.from);
  if (caller instanceof Refusal) return caller;
  const tenant = knownTenant(caller, options);
  if (tenant instanceof Refusal) return tenant;
  found.tenant = tenant.metadata.name;
  const target = parseTarget(request.url);
  if (target instanceof Refusal) return target;
  found.target = target;
  const refusal = refusalOfLiteral(target.host, options.rule) ?? refusalBySpec(tenant, target);
  return refusal ?? dialPermitted(caller, found.tenant, target, options);
}

async function dialPermitted(
  caller: Caller,
  tenant: string,
  target: Target,
  options: DialOptions,
): Promise<Dialled | Refusal> {
  const place = options.tunnels.take(tenant, target);
  if (place === undefined) return tooManyTunnels(tenant);
  let outside: Socket | Refusal | undefined;
  try {
    outside = await dialResolved(caller, target, options);
    return outside instanceof Refusal ? outside : { outside, place };
  } finally {
    if (outside === undefined || outside instanceof Refusal) options.tunnels.give(place);
  }
}

async function dialResolved(caller: Caller, target: Target, options: DialOptions): Promise<Socket | Refusal> {
  const addresses = await resolveTarget(target.host, options);
  if (addresses instanceof Refusal) return addresses;
  const outside = await connectTo(target, addresses, options.connectTimeout);
  if (outside instanceof Refusal) return outside;
  // The permission may have changed during the DNS query and the connect.
  const tenant = knownTenant(caller, options);
  const refusal = tenant instanceof Refusal ? tenant : refusalBySpec(tenant, target);
  if (refusal === undefined) return outside;
  outside.destroy();
  return refusal;
}

function knownTenant({ namespace }: Caller, { tenantOf }: DialOptions): Tenant | Refusal {
  return (
    tenantOf(namespace) ??
    new Refusal("unknown-tenant", `namespace "${namespace}" belongs to no Tenant, so no target is permitted`)
  );
}

function tooManyTunnels(tenant: string): Refusal {
  return new Refusal(
    "too-many-tunnels",
    `tenant "${tenant}" has reached its limit of connections to the outside: close some, or keep and reuse them`,
  );
}
