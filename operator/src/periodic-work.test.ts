import { expect, it } from "vitest";
import { createLogger } from "../../process/log.ts";
import { type PeriodicContext, repeatWork } from "./periodic-work.ts";
import type { World } from "./tenant/step/world.ts";
import type { TenantWork } from "./tenant-work.ts";

const looks = ["endWaitsForDatabase", "endQueueHolders", "endOversizedMigrations", "endFileFloods"] as const;

it.each(looks)("%s does not delay other searches for harmful sessions while it waits", async (waits) => {
  const ending = new AbortController();
  const turns = new Map<string, number>();
  const others = looks.filter((look) => look !== waits);
  const waiting = Promise.withResolvers<readonly string[]>();
  const look = (name: string) => async () => {
    turns.set(name, (turns.get(name) ?? 0) + 1);
    if (others.every((other) => (turns.get(other) ?? 0) > 1)) {
      ending.abort();
      waiting.resolve([]);
    }
    return [];
  };
  const work = {
    repairSharedObjects: async () => ({ repaired: [], faults: [] }),
    enforceDatabaseShares: async () => ({ changed: [] }),
    endExhaustingTransactions: async () => [],
    enforceTransactionLimits: async () => ({ ended: [] }),
    killUnendableSession: async () => undefined,
    endLongAnalyses: async () => [],
    enforceRedisShares: async () => ({ reports: [], failures: [] }),
    ...Object.fromEntries(looks.map((name) => [name, look(name)])),
    [waits]: () => waiting.promise,
  } as unknown as TenantWork;
  const context = {
    options: { config: { resync: 60_000 }, log: createLogger("error"), work },
    stores: { of: () => ({ all: () => [] }) },
    reporter: { databaseShares: () => {}, transactions: () => {} },
  } as unknown as PeriodicContext;
  await repeatWork(context, {} as World, ending.signal);
  expect([...turns.keys()].sort()).toEqual(others.toSorted());
});
