import type { Redis as Connection } from "ioredis";
import { type Milliseconds, systemClock, type TimerClock } from "../../../../process/clock.ts";
import { pause } from "../../base/pause.ts";

/** The number and size of one owner's keys. */
export interface KeyUsage {
  readonly keys: number;
  /** Includes the overhead of Redis. */
  readonly bytes: number;
}

/** Keys per request. One request takes Redis some milliseconds. */
const batch = "500";

/**
 * Measures every key and adds up the sizes by owner. Keys without an owner are skipped. The requests take at most half
 * of Redis' time. Each measurement reads every element (SAMPLES 0), because the author of a key could control a sample.
 *
 * A key counts twice when Redis resizes its table during the scan: SCAN then repeats the keys of the current slots, a
 * few at each resize. Remembering all keys would take an amount of memory that tenants control.
 */
export async function measureKeys(
  connection: Connection,
  ownerOf: (key: Buffer) => string | undefined,
  signal: AbortSignal,
): Promise<Map<string, KeyUsage>> {
  const usage = new Map<string, KeyUsage>();
  for await (const found of scanKeys(connection, undefined, signal)) {
    const owned = found.flatMap((key) => {
      const owner = ownerOf(key);
      return owner === undefined ? [] : [{ key, owner }];
    });
    const sizes = await pipelined(
      connection,
      owned.map(({ key }) => ["MEMORY", "USAGE", key, "SAMPLES", "0"]),
    );
    for (const [index, { owner }] of owned.entries()) {
      const size = sizes[index];
      // The key no longer exists.
      if (size === null || size === undefined) continue;
      const { keys, bytes } = usage.get(owner) ?? { keys: 0, bytes: 0 };
      usage.set(owner, { keys: keys + 1, bytes: bytes + size });
    }
  }
  return usage;
}

/** Removes the keys with this prefix whose remaining lifetime exceeds `longestOf(key)`. Returns the number removed. */
export async function removeLasting(
  connection: Connection,
  prefix: string,
  longestOf: (key: Buffer) => Milliseconds,
  signal: AbortSignal,
): Promise<number> {
  let count = 0;
  for await (const found of scanKeys(connection, prefix, signal)) {
    const left = await pipelined(
      connection,
      found.map((key) => ["PTTL", key]),
    );
    // -1: the key never expires; -2: it no longer exists.
    const lasting = found.filter((key, index) => left[index] === -1 || (left[index] ?? 0) > longestOf(key));
    if (lasting.length > 0) count += await connection.unlink(...lasting);
  }
  return count;
}

/** Yields the keys in batches, as bytes because a key need not be UTF-8. A key may come twice (SCAN allows this). */
export async function* scanKeys(
  connection: Connection,
  prefix: string | undefined,
  signal: AbortSignal,
  clock: TimerClock = systemClock,
): AsyncGenerator<Buffer[]> {
  const matching = prefix === undefined ? [] : ["MATCH", `${prefix}*`];
  let cursor = "0";
  do {
    const begun = clock.monotonic();
    const answer = await connection.callBuffer("SCAN", cursor, ...matching, "COUNT", batch);
    const [next, keys] = answer as [Buffer, Buffer[]];
    cursor = next.toString();
    if (keys.length > 0) yield keys;
    await pause(clock, clock.monotonic() - begun, signal);
  } while (cursor !== "0" && !signal.aborted);
}

type Command = [name: string, ...words: (string | Buffer)[]];

async function pipelined(connection: Connection, commands: readonly Command[]): Promise<(number | null)[]> {
  if (commands.length === 0) return [];
  const pipeline = connection.pipeline();
  for (const [name, ...words] of commands) pipeline.call(name, ...words);
  const answers = (await pipeline.exec()) ?? [];
  return answers.map(([error, answer]) => {
    if (error !== null) throw error;
    return answer as number | null;
  });
}
