import type { LookupFunction, Socket } from "node:net";
import { isIP } from "node:net";
import { ConnectTimeout, connectWithin } from "../../base/connect-within.ts";
import { Refusal } from "../request/refusal.ts";
import { describeTarget, type Target } from "../request/target.ts";

/** Delay before an attempt at the next address starts beside the running one (RFC 8305). */
const nextAddressAfterMs = 1_000;

/**
 * Connects to the first of these addresses that answers. It does not resolve the name again, so it connects only to
 * checked addresses.
 * @param timeout milliseconds for all addresses together
 */
export async function connectTo(
  target: Target,
  addresses: readonly string[],
  timeout: number,
): Promise<Socket | Refusal> {
  try {
    return await connectWithin(timeout, {
      host: target.host,
      port: target.port,
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: nextAddressAfterMs,
      lookup: answering(addresses),
    });
  } catch (error) {
    if (!(error instanceof ConnectTimeout)) return unreachable(target, error);
    return new Refusal("timed-out", `${describeTarget(target)} does not answer within ${timeout / 1000} s`);
  }
}

function answering(addresses: readonly string[]): LookupFunction {
  return (_hostname, _options, callback) => {
    callback(
      null,
      addresses.map((address) => ({ address, family: isIP(address) })),
    );
  };
}

function unreachable(target: Target, error: unknown): Refusal {
  const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
  const details = new Set(errors.map((one) => (one instanceof Error ? one.message : String(one))));
  return new Refusal(
    "unreachable",
    `${describeTarget(target)} cannot be reached: ${[...details].join(", ")}`,
  );
}
