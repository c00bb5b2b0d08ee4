import type { LookupFunction, Socket } from "node:net";
import { connect, isIP } from "node:net";
import { Refusal } from "./refusal.ts";
import { describeTarget, type Target } from "./target.ts";

/** After this time without an answer the next address is tried, beside the one before (RFC 8305). */
const nextAddressAfterMs = 1_000;

/**
 * Connects to the first of these addresses that answers. The host's name is not resolved again: what was checked is
 * what is connected to.
 * @param timeout milliseconds for all addresses together
 */
export async function connectTo(
  target: Target,
  addresses: readonly string[],
  timeout: number,
): Promise<Socket | Refusal> {
  const socket = connect({
    host: target.host,
    port: target.port,
    allowHalfOpen: true,
    noDelay: true,
    keepAlive: true,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: nextAddressAfterMs,
    lookup: answering(addresses),
  });
  const { promise, resolve } = Promise.withResolvers<Socket | Refusal>();
  const timer = setTimeout(() => {
    socket.destroy();
    resolve(new Refusal("timed-out", `${describeTarget(target)} does not answer within ${timeout / 1000} s`));
  }, timeout);
  socket.once("connect", () => resolve(socket));
  socket.on("error", (error: Error) => resolve(unreachable(target, error)));
  const result = await promise;
  clearTimeout(timer);
  return result;
}

function answering(addresses: readonly string[]): LookupFunction {
  return (_hostname, _options, callback) => {
    callback(
      null,
      addresses.map((address) => ({ address, family: isIP(address) })),
    );
  };
}

function unreachable(target: Target, error: Error): Refusal {
  const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
  const details = new Set(errors.map((one) => (one instanceof Error ? one.message : String(one))));
  return new Refusal(
    "unreachable",
    `${describeTarget(target)} cannot be reached: ${[...details].join(", ")}`,
  );
}
