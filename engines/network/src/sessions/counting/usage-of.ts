import type { UsageSpan } from "../records/session.ts";
import type { Moved } from "./count-direction.ts";

/**
 * The usage of both directions: one span for the bytes that both counted between the same two readings, and a
 * separate span for a direction without a count in an intermediate record. Spans without time and bytes are left
 * out.
 */
export function usageOf(upload: readonly Moved[], download: readonly Moved[]): UsageSpan[] {
  const spans = new Map<string, { from: number; to: number; upload: bigint; download: bigint }>();
  const add = ({ from, to, bytes }: Moved, direction: "upload" | "download") => {
    if (from === to && bytes === 0n) return;
    const key = `${from}/${to}`;
    const span = spans.get(key) ?? { from, to, upload: 0n, download: 0n };
    span[direction] += bytes;
    spans.set(key, span);
  };
  for (const moved of upload) add(moved, "upload");
  for (const moved of download) add(moved, "download");
  return [...spans.values()].sort((one, other) => one.from - other.from || one.to - other.to);
}
