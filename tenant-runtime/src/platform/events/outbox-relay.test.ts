import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLogger } from "../../../../process/log.ts";
import { querySchema } from "../../../test/testing/database/query-schema.ts";
import { recordEvents } from "../../../test/testing/database/record-events.ts";
import { openTenantDatabase, unchangingLogin } from "../../../test/testing/database/tenant-database.ts";
import { topics } from "../../../test/testing/inputs/catalogue.ts";
import { createTestTenant, type TestTenant } from "../../../test/testing/process/test-tenant.ts";
import { until } from "../../../test/testing/process/until.ts";
import type { RotatingDatabase } from "../database/rotating-database.ts";
import { openRedis } from "../redis/redis.ts";
import { createEvents } from "./events.ts";
import { OutboxRelay } from "./outbox-relay.ts";
import { takeEvents } from "./take-events.ts";

let tenant: TestTenant;
let database: RotatingDatabase;
const log = createLogger("error");

beforeAll(async () => {
  tenant = await createTestTenant();
  database = openTenantDatabase(tenant);
});
afterAll(async () => {
  await database.close();
  await tenant[Symbol.asyncDispose]();
});

/** A relay that checks at the test's interval. */
async function startRelay(pollMs: number) {
  const open = async (name: string) => {
    const { cache: endpoint, prefix } = tenant.tenantFile.redis;
    const login = unchangingLogin(tenant, "redis.json");
    const link = openRedis({ name, endpoint, login, ca: () => tenant.ca, prefix, log });
    await link.connected();
    return link;
  };
  const [publisher, subscriber] = [await open("cache"), await open("events")];
  const events = createEvents({ publisher, subscriber, prefix: tenant.tenantFile.redis.prefix, topics, log });
  const looks: number[] = [];
  const relay = new OutboxRelay({
    database,
    events,
    topics,
    log,
    pollMs: () => pollMs,
    forget: async () => {},
    reached: (last) => looks.push(last),
    relayed: () => {},
  });
  relay.wake();
  return {
    relay,
    /** Waits until it has checked and found nothing this many more times. */
    idle(count = 1) {
      const goal = looks.length + count;
      return until(
        () => looks.length,
        (length) => length >= goal,
      );
    },
    async [Symbol.asyncDispose]() {
      await relay.stop();
      await publisher.close();
      await subscriber.close();
    },
  };
}

function rows<Row extends pg.QueryResultRow>(text: string): Promise<Row[]> {
  return querySchema(tenant, text);
}

const order = () =>
  rows<{ entity_id: string }>(
    "SELECT entity_id FROM outbox_events WHERE relay_position IS NOT NULL ORDER BY relay_position",
  ).then((found) => found.map(({ entity_id }) => entity_id));

describe("a relay", () => {
  it("finds events without a notice, and keeps the order of recording within a batch", async () => {
    await using relay = await startRelay(20);
    await relay.idle();
    const ids = Array.from({ length: 450 }, (_, index) => `event ${index}`);
    await recordEvents(tenant, "customer", ids);
    await until(order, ({ length }) => length === 450);
    expect(await order()).toEqual(ids);
    await until(
      () => rows("SELECT last_position, published_position FROM outbox_relay"),
      ([row]) => row?.published_position === "450",
    );
  });

  it("writes nothing while there are no events", async () => {
    await using relay = await startRelay(20);
    await relay.idle();
    const state = () => rows("SELECT xmin, xmax, ctid, * FROM outbox_relay");
    const before = await state();
    await relay.idle(10);
    expect(await state()).toEqual(before);
  });

  it("leaves the events to another replica that relays them, without waiting, and looks again when that one has ended", async () => {
    const holder = new pg.Client(tenant.database.superuser);
    await holder.connect();
    await holder.query("BEGIN");
    await holder.query(`SELECT 1 FROM t_${tenant.id}.outbox_relay FOR UPDATE`);
    await recordEvents(tenant, "customer", ["while busy"]);
    expect(await takeEvents(database, topics, 10)).toEqual({ kind: "busy" });
    // No poll within the test: only the retry of a busy relay can find it.
    await using _relay = await startRelay(600_000);
    await until(
      () => database.counts.open,
      (open) => open > 0,
    );
    expect(await order()).not.toContain("while busy");
    await holder.query("ROLLBACK");
    await holder.end();
    await until(order, (found) => found.includes("while busy"));
  });

  it("with many notices at once looks again for events that came meanwhile, and ends when it is stopped", async () => {
    await using started = await startRelay(600_000);
    await started.idle();
    const ids = Array.from({ length: 20 }, (_, index) => `burst ${index}`);
    for (const id of ids) {
      await recordEvents(tenant, "customer", [id]);
      started.relay.wake();
      started.relay.wake();
    }
    await until(order, (found) => found.includes("burst 19"));
    expect((await order()).slice(-20)).toEqual(ids);
    await started.relay.stop();
    await recordEvents(tenant, "customer", ["after the stop"]);
    started.relay.wake();
    await database.transaction((transaction) => transaction.query("SELECT 1"));
    expect(await order()).not.toContain("after the stop");
  });
});
