import { usableRange } from "../blocks/usable-range.ts";
import type { FreeSpace } from "./free-space.ts";

/** The taken and free amounts of some addresses. An address that two children have counts once. */
export interface Utilization {
  readonly total: bigint;
  readonly used: bigint;
  readonly free: bigint;
  /** The used part in hundredths of a percent, rounded down, so that only a full parent shows 10,000. */
  readonly basisPoints: number;
}

/** The utilization of all addresses of the parent. */
export function utilizationOf({ parent, size }: FreeSpace): Utilization {
  return utilization(parent.size, size);
}

/** The utilization of the addresses that hosts may have, by `usableRange`. */
export function usableUtilization(space: FreeSpace, pool = false): Utilization {
  const { parent } = space;
  const usable = usableRange(parent, pool);
  const edges = [parent.first, parent.last].filter((edge) => !usable.contains(edge));
  const freeEdges = edges.filter((edge) => space.isFree(edge));
  return utilization(usable.size, space.size - BigInt(freeEdges.length));
}

function utilization(total: bigint, free: bigint): Utilization {
  const used = total - free;
  return { total, used, free, basisPoints: Number((10_000n * used) / total) };
}
