import type { Redis as Connection } from "ioredis";
import { type Milliseconds, systemClock, type TimerClock } from "../../../../process/clock.ts";
import { pause } from "../../base/pause.ts";

/** What the keys of one owner take. */
export interface KeyUsage {
  readonly keys: number;
  /** With what Redis needs to keep them. */
  readonly bytes: number;
}

/** The batch that is looked at at once: some milliseconds of Redis' time. */
const batch = "500";

/**
 * Measures every key, counted by its owner; keys without an owner are left out. Redis is asked for at most half of the
 * time. Every element is looked at (SAMPLES 0): a sample could be chosen by whoever wrote the key.
 *
 * A key counts twice when Redis changes the size of its table just then: SCAN then repeats the keys of the places it is
 * at, a few at each change. To remember all keys would take memory that tenants decide on.
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
      // It is gone by now.
      if (size === null || size === undefined) continue;
      const { keys, bytes } = usage.get(owner) ?? { keys: 0, bytes: 0 };
      usage.set(owner, { keys: keys + 1, bytes: bytes + size });
    }
  }
  return usage;
}

/** Removes the keys with this prefix that would still be there after what `longestOf` says of them; returns how many. */
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
    // -1: never expires; -2: is gone.
    const lasting = found.filter((key, index) => left[index] === -1 || (left[index] ?? 0) > longestOf(key));
    if (lasting.length > 0) count += await connection.unlink(...lasting);
  }
  return count;
}

/** The keys in batches, as bytes: a key need not be UTF-8. A key may come twice (SCAN guarantees no more). */
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
