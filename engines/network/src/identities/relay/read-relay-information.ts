import { toHex } from "../../octets/to-hex.ts";
import type { CircuitId, RelayVendor } from "./circuit-id.ts";
import { printableText } from "./printable-text.ts";
import { readCircuitId } from "./read-circuit-id.ts";
import { type RemoteId, readRemoteId } from "./read-remote-id.ts";
import { readSubOptions, type SubOption } from "./read-sub-options.ts";

export interface RelayInformation {
  readonly circuit: CircuitId | undefined;
  readonly remote: RemoteId | undefined;
  /** The Subscriber-ID (RFC 3993), a text. */
  readonly subscriber: string | undefined;
  readonly subOptions: readonly SubOption[];
  /**
   * The bytes of circuit id and remote id, which are equal for requests from the same line. Undefined if both are
   * empty, which does not identify a line.
   */
  readonly account: string | undefined;
}

/** The numbers in the registry of relay agent sub-options. */
const codes = { circuit: 1, remote: 2, subscriber: 6 };

/**
 * Reads the data of DHCP option 82 (RFC 3046), without the option's own code and length.
 * @throws NetworkFault IDENTITY_INVALID if a sub-option extends past its end.
 */
export function readRelayInformation(bytes: Uint8Array, vendor: RelayVendor = "any"): RelayInformation {
  const subOptions = readSubOptions(bytes);
  const value = (code: number) => subOptions.find((one) => one.code === code)?.value;
  const [circuit, remote, subscriber] = [value(codes.circuit), value(codes.remote), value(codes.subscriber)];
  return {
    circuit: circuit && readCircuitId(circuit, vendor),
    remote: remote && readRemoteId(remote),
    subscriber: subscriber && printableText(subscriber),
    subOptions,
    account: accountOf(circuit, remote),
  };
}

function accountOf(circuit?: Uint8Array, remote?: Uint8Array): string | undefined {
  const ids = [circuit, remote].map((id) => toHex(id ?? new Uint8Array()));
  return ids.every((id) => id === "") ? undefined : ids.join("/");
}
