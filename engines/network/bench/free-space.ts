import type { IPAddress } from "../src/ipam/addresses/ip-address.ts";
import { Prefix } from "../src/ipam/blocks/prefix.ts";
import { FreeSpace } from "../src/ipam/space/free-space.ts";
import { scanSorted } from "./scan-sorted.ts";

const children = 100_000;
const goalMicroseconds = 1000;

/** The figures of one parent. Microseconds are of one core, as the mean of many calls. */
export interface FreeSpaceFigures {
  readonly buildMilliseconds: number;
  readonly heapMegabytes: number;
  readonly nextAddressMicroseconds: number;
  readonly percentile99NextAddressMicroseconds: number;
  readonly nextPrefixMicroseconds: number;
  readonly bestPrefixMicroseconds: number;
  readonly takeAndGiveBackMicroseconds: number;
  readonly scanForAddressMicroseconds: number;
  readonly scanForPrefixMicroseconds: number;
}

/**
 * Measures the index of free space of two parents with 100,000 children each, and a scan of the sorted list. The
 * heap is exact only if the process was started with --expose-gc.
 * @throws Error if the index and the scan differ.
 */
export function measureFreeSpace() {
  const ipv4 = measure(Prefix.parse("10.0.0.0/8"), 26);
  const ipv6 = measure(Prefix.parse("2001:db8::/48"), 64);
  const slowest = Math.max(ipv4.nextAddressMicroseconds, ipv6.nextAddressMicroseconds);
  return { children, ipv4, ipv6, goalMicroseconds, reached: slowest < goalMicroseconds };
}

/**
 * The first half of the children have no gap between them, the second half one address each. Both take long to
 * scan.
 */
function taken({ first }: Prefix): readonly IPAddress[] {
  const half = children / 2;
  return Array.from({ length: children }, (_, index) =>
    first.plus(BigInt(index + Math.max(0, index - half))),
  );
}

function measure(parent: Prefix, length: number): FreeSpaceFigures {
  const some = taken(parent);
  const values = some.map(({ value }) => value);
  const size = 1n << BigInt(parent.bits - length);
  const build = () => FreeSpace.of(parent, some);
  const rounds = Array.from({ length: 5 }, () => microseconds(1, build));
  const [space, heapMegabytes] = weighed(build);
  const nextAddress = () => space.nextAddress()?.value;
  const nextPrefix = () => space.nextPrefix(length)?.first.value;
  const scanForAddress = () => scanSorted(values, parent.first.value, 1n);
  const scanForPrefix = () => scanSorted(values, parent.first.value, size);
  if (nextAddress() !== scanForAddress() || nextPrefix() !== scanForPrefix()) {
    throw new Error(`expected index and scan to find the same in ${parent}`);
  }
  const block = space.nextPrefix(length) ?? parent;
  return {
    buildMilliseconds: rounded(middle(rounds) / 1000),
    heapMegabytes,
    nextAddressMicroseconds: rounded(microseconds(5000, nextAddress)),
    percentile99NextAddressMicroseconds: rounded(percentile99(5000, nextAddress)),
    nextPrefixMicroseconds: rounded(microseconds(5000, nextPrefix)),
    bestPrefixMicroseconds: rounded(microseconds(5000, () => space.nextPrefix(length, "best"))),
    takeAndGiveBackMicroseconds: rounded(microseconds(5000, () => space.without(block).with(block))),
    scanForAddressMicroseconds: rounded(microseconds(20, scanForAddress)),
    scanForPrefixMicroseconds: rounded(microseconds(20, scanForPrefix)),
  };
}

/** The mean of some calls by their processor time, after a tenth of them as a warm-up of the compiler. */
function microseconds(calls: number, call: () => unknown): number {
  for (let count = 0; count < calls / 10; count += 1) call();
  const begun = process.cpuUsage();
  for (let count = 0; count < calls; count += 1) call();
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / calls;
}

/** The time that 99 of 100 calls do not exceed, in wall-clock time, including the turns of other programs. */
function percentile99(calls: number, call: () => unknown): number {
  const times = Array.from({ length: calls }, () => {
    const begun = process.hrtime.bigint();
    call();
    return Number(process.hrtime.bigint() - begun) / 1000;
  });
  return times.sort((one, other) => one - other)[Math.floor(0.99 * calls)] ?? 0;
}

function weighed(build: () => FreeSpace): readonly [FreeSpace, megabytes: number] {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const space = build();
  globalThis.gc?.();
  return [space, rounded((process.memoryUsage().heapUsed - before) / 1e6)];
}

function middle(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[values.length >> 1] ?? 0;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
