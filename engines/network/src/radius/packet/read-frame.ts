import type { RawAttribute } from "../tlv/raw-attribute.ts";
import { type SplitAttributes, splitAttributes } from "../tlv/split-attributes.ts";
import { type PacketCode, packetName } from "./packet-code.ts";
import { type Refusal, refusal } from "./refusal.ts";

/** A packet split into its parts, before attributes are parsed and the packet is verified. */
export interface Frame {
  readonly kind: "frame";
  readonly code: PacketCode;
  readonly identifier: number;
  readonly authenticator: Uint8Array;
  readonly attributes: readonly RawAttribute[];
  /** The packet without the octets after its length, which are padding (RFC 2865 section 3). */
  readonly octets: Uint8Array;
}

/** Code, identifier, length and authenticator. */
export const headerLength = 20;
/** RFC 2865 section 3. */
export const greatestLength = 4096;

/** Splits a packet into its parts, by RFC 2865 sections 3 and 5. Never reads beyond its length. */
export function readFrame(datagram: Uint8Array): Frame | Refusal {
  if (datagram.length < headerLength) {
    return refusal("too-short", `at least ${headerLength} octets of a packet`, `${datagram.length}`);
  }
  const length = (datagram[2] ?? 0) * 256 + (datagram[3] ?? 0);
  const wrong = refuseLength(length, datagram.length);
  if (wrong !== undefined) return wrong;
  const code = packetName(datagram[0] ?? 0);
  if (code === undefined) return refusal("unknown-code", "the code of a packet, such as 1", `${datagram[0]}`);
  const octets = datagram.subarray(0, length);
  const split = splitAttributes(octets.subarray(headerLength));
  if (split.kind !== "split") return refuseAttribute(split, headerLength + split.at);
  return {
    kind: "frame",
    code,
    identifier: octets[1] ?? 0,
    authenticator: octets.subarray(4, headerLength),
    attributes: split.attributes,
    octets,
  };
}

function refuseLength(length: number, found: number): Refusal | undefined {
  if (length < headerLength) {
    return refusal("too-short", `a length of at least ${headerLength} in the packet`, `${length}`);
  }
  if (length > greatestLength) {
    return refusal("too-long", `a length of at most ${greatestLength} in the packet`, `${length}`);
  }
  if (length > found)
    return refusal("length-overruns", `the ${length} octets of the packet's length`, `${found}`);
  return undefined;
}

type BrokenAttributes = Exclude<SplitAttributes, { readonly kind: "split" }>;

function refuseAttribute({ kind, length }: BrokenAttributes, at: number): Refusal {
  return kind === "too-short"
    ? refusal(
        "attribute-too-short",
        `an attribute of at least 2 octets at octet ${at}`,
        length === undefined ? "one octet left over, with no length after it" : `a length of ${length}`,
      )
    : refusal(
        "attribute-overruns",
        `an attribute at octet ${at} that ends within the packet`,
        `a length of ${length}`,
      );
}
