import { inspectPacket, readRequest } from "../packet/read-packet.ts";
import type { RefusalReason } from "../packet/refusal.ts";
import { type Chance, chanceFrom, mutated } from "./mutated.ts";
import { lenient, secret, written } from "./packets.ts";
import { sampleBatches } from "./printed-attributes.ts";

/** The results of reading many broken packets. */
export interface FuzzFigures {
  readonly packets: number;
  readonly read: number;
  /** The number of attributes with a malformed value. */
  readonly malformed: number;
  readonly refused: Readonly<Partial<Record<RefusalReason, number>>>;
}

/**
 * Reads a number of broken packets. The same seed gives the same packets.
 * @throws Error if the reader throws, or if its result depends on octets around the packet.
 */
export function fuzzPackets(packets: number, seed: number): FuzzFigures {
  const chance = chanceFrom(seed);
  const originals = sampleBatches().map((batch, index) => {
    const code = index % 2 === 0 ? "Access-Request" : "Accounting-Request";
    return written(code, batch.slice(0, 12)).octets;
  });
  const figures = { packets, read: 0, malformed: 0, refused: {} as Partial<Record<RefusalReason, number>> };
  for (let index = 0; index < packets; index += 1) {
    const packet = mutated(originals[chance(originals.length)] ?? new Uint8Array(), chance);
    try {
      readOne(packet, chance, figures);
    } catch (cause) {
      throw new Error(`packet ${index} of seed ${seed}: ${Buffer.from(packet).toString("hex")}`, { cause });
    }
  }
  return figures;
}

/** Reads a packet twice, between different octets, because the result must not depend on them. */
function readOne(
  packet: Uint8Array,
  chance: Chance,
  figures: { read: number; malformed: number; refused: Partial<Record<RefusalReason, number>> },
): void {
  const received = inspectPacket(packet, secret);
  const amid = surrounded(packet, chance);
  if (JSON.stringify(received, asText) !== JSON.stringify(inspectPacket(amid, secret), asText)) {
    throw new Error("expected the same of a packet amid other octets; found another: it was over-read");
  }
  if (readRequest(packet, lenient).kind === "refused" && received.kind === "refused") {
    figures.refused[received.reason] = (figures.refused[received.reason] ?? 0) + 1;
  }
  if (received.kind === "refused") return;
  figures.read += 1;
  figures.malformed += received.packet.attributes.filter(({ malformed }) => malformed !== undefined).length;
}

function surrounded(packet: Uint8Array, chance: Chance): Uint8Array {
  const around = new Uint8Array(packet.length + 600).fill(chance(256));
  around.set(packet, 300);
  return around.subarray(300, 300 + packet.length);
}

function asText(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
