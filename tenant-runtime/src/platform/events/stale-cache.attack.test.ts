import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { startRelay as startOutage } from "../../../../harness/services/network/relay.ts";
import type {} from "../../../../harness/services/vitest.ts";
import { createLogger } from "../../../../process/log.ts";
import { recordEvents } from "../../../test/testing/database/record-events.ts";
import { openSchemaDatabase } from "../../../test/testing/database/tenant-database.ts";
import { topics } from "../../../test/testing/inputs/catalogue.ts";
import { createTenantSchema, type TenantSchema } from "../../../test/testing/process/test-tenant.ts";
import { until } from "../../../test/testing/process/until.ts";
import type { RotatingDatabase } from "../database/rotating-database.ts";
import { RedisCache } from "../redis/cache.ts";
import { openRedis } from "../redis/redis.ts";
import type { Events } from "./events.ts";
import { OutboxRelay } from "./outbox-relay.ts";

const log = createLogger("error");
const server = inject("postgres18");
let schema: TenantSchema;
let database: RotatingDatabase;
beforeAll(async () => {
  schema = await createTenantSchema(server);
  await schema.migrate();
  database = openSchemaDatabase(server, schema);
});
afterAll(async () => {
  await database.close();
  await schema[Symbol.asyncDispose]();
});

/** The cache of a pod that reaches Redis at this port. */
async function openCache(port: number) {
  const { operator, ca } = inject("redisCache");
  const login = { user: operator.username, password: operator.password };
  const link = openRedis({
    name: "cache",
    endpoint: { host: "localhost", port },
    login: { current: () => login, onChange: () => () => {} },
    ca: () => ca,
    prefix: `t:${schema.id}:`,
    log,
  });
  await link.connected();
  return { cache: new RedisCache(link), link };
}

/** The relay of a pod without clients; checks every `pollMs`. */
function startRelay(cache: RedisCache, pollMs: number) {
  let published = 0;
  const events = {
    async publish(all: readonly unknown[]) {
      published += all.length;
    },
  } as unknown as Events;
  const relay = new OutboxRelay({
    database,
    events,
    topics,
    log,
    pollMs: () => pollMs,
    forget: (topics) => cache.ensureInvalidated(topics),
    reached: () => {},
    relayed: () => {},
  });
  return { relay, published: () => published };
}

describe("a change whose pod cannot reach the cache", () => {
  it("is removed from the cache by the relay of another pod before a client hears of the event", async () => {
    await using outage = await startOutage(inject("redisCache"));
    const [near, far] = [await openCache(outage.port), await openCache(inject("redisCache").port)];
    const [cutOff, other] = [startRelay(near.cache, 600_000), startRelay(far.cache, 600_000)];
    const seenBy = ({ cache }: typeof near, value: string) =>
      cache.through("customers", "1", async () => value);
    try {
      expect(await seenBy(far, "old")).toBe("old");
      await outage.cut();
      await until(near.link.available, (up) => !up);
      await recordEvents(schema, "customer", ["1"]);
      await near.cache.invalidate("customers");
      expect(await seenBy(near, "new")).toBe("new");
      // This is the fault: the other pod does not know the change yet. The relay bounds its duration.
      expect(await seenBy(far, "new")).toBe("old");

      cutOff.relay.wake();
      await expect(near.cache.ensureInvalidated(["customers"])).rejects.toMatchObject({
        code: "STATE_UNAVAILABLE",
      });
      await cutOff.relay.stop();
      expect(cutOff.published()).toBe(0);
      expect(await seenBy(far, "new")).toBe("old");

      other.relay.wake();
      await until(other.published, (count) => count === 1);
      expect(await seenBy(far, "new")).toBe("new");
    } finally {
      await Promise.all([cutOff.relay.stop(), other.relay.stop()]);
      await Promise.all([near.link.close(), far.link.close()]);
    }
  });
});
