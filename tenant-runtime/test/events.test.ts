import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { redisChannels } from "../../contract/redis-access.ts";
import { namesOnServers } from "../../contract/tenant-ids.ts";
import { startRelay } from "../../harness/services/network/relay.ts";
import { login } from "../../harness/services/postgres.ts";
import { withRedis } from "../../harness/services/redis.ts";
import type {} from "../../harness/services/vitest.ts";
import { signIn } from "./testing/clients/sign-in.ts";
import { type Message, openWebSocket } from "./testing/clients/web-socket-client.ts";
import { querySchema } from "./testing/database/query-schema.ts";
import { nudge, recordEvents } from "./testing/database/record-events.ts";
import { type RuntimeProcess, startRuntime } from "./testing/process/runtime-process.ts";
import { createTestTenant, type TestTenant } from "./testing/process/test-tenant.ts";
import { until } from "./testing/process/until.ts";

let tenant: TestTenant;
let replicas: [RuntimeProcess, RuntimeProcess];
let session: { Authorization: string };
beforeAll(async () => {
  tenant = await createTestTenant();
  replicas = [await startRuntime(tenant), await startRuntime(tenant)];
  for (const replica of replicas) await replica.health(({ status }) => status === "healthy");
  session = await signIn(replicas[0], tenant);
});
afterAll(async () => {
  for (const replica of replicas) await replica[Symbol.asyncDispose]();
  await tenant[Symbol.asyncDispose]();
});

const follow = { type: "subscribe", topics: ["customers"] };

/** A client that follows customers at a replica that knows all events so far, and the last event's number. */
async function follower(replica: RuntimeProcess) {
  const client = await openWebSocket(replica, session);
  const [now] = await until(
    () => progress(tenant),
    ([row]) => row?.published === row?.last && row?.waiting === "0",
  );
  const sequence = Number(now?.last);
  const reached = async () => {
    client.say(follow);
    for (;;) {
      const message = await client.hear();
      if (message.type === "subscribed") return message.sequence;
    }
  };
  await until(reached, (known) => known === sequence);
  return { ...client, sequence };
}

/** A client that reconnects, and its messages up to and including `subscribed`. */
async function comeBack(replica: RuntimeProcess, after: number, headers = session) {
  const client = await openWebSocket(replica, headers);
  client.say({ ...follow, after });
  const heard = [await client.hear()];
  while (heard.at(-1)?.type !== "subscribed") {
    if (heard.at(-1)?.type === "error") throw new Error(JSON.stringify(heard.at(-1)));
    heard.push(await client.hear());
  }
  return { ...client, heard };
}

async function createCustomer(replica: RuntimeProcess, name: string, headers = session): Promise<string> {
  const { status, body } = await replica.call<{ data: { id: string } }>("/api/v1/customers", {
    method: "POST",
    headers,
    body: { type: "person", name },
  });
  if (status !== 201) throw new Error(`expected 201, got ${status}: ${JSON.stringify(body)}`);
  return body.data.id;
}

const sequences = (messages: readonly Message[]) => messages.map(({ sequence }) => Number(sequence));
const entities = (messages: readonly Message[]) =>
  messages.map(({ event }) => (event as { entity: { id: string } }).entity.id);
const upFrom = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index);

function rows<Row extends pg.QueryResultRow>(text: string, of: TestTenant = tenant): Promise<Row[]> {
  return querySchema(of, text);
}

/** The numbers of waiting, numbered and published events. */
const progress = (of: TestTenant) =>
  rows<{ waiting: string; last: string; published: string }>(
    `SELECT (SELECT count(*) FROM outbox_events WHERE relay_position IS NULL) AS waiting,
            last_position AS last, published_position AS published
       FROM outbox_relay`,
    of,
  );

describe("an event of one replica", () => {
  it("is sent to the clients of all replicas at once, with the next number", async () => {
    using here = await follower(replicas[0]);
    using there = await follower(replicas[1]);
    const id = await createCustomer(replicas[0], "Inès Moreau");
    const heard = [await here.hear(), await there.hear()];
    expect(heard[0]).toEqual(heard[1]);
    expect(heard[0]).toMatchObject({
      type: "event",
      topic: "customers",
      event: {
        type: "customer.created",
        entity: { type: "customer", id },
        data: { status: "prospect", accountNumber: expect.any(String) },
      },
    });
    expect(JSON.stringify(heard)).not.toContain("Moreau");
    // Each replica looks by itself every 30 s, which would be too seldom for these within the test's time.
    for (let turn = 0; turn < 6; turn += 1) {
      const next = await createCustomer(replicas[0], `Customer ${turn}`);
      expect(entities([await here.hear(), await there.hear()])).toEqual([next, next]);
    }
  });

  it("has a number without gaps and the same order on every replica, also for many concurrent events", async () => {
    using here = await follower(replicas[0]);
    using there = await follower(replicas[1]);
    const creating = Array.from({ length: 60 }, (_, index) =>
      createCustomer(replicas[index % 2 === 0 ? 0 : 1], `Customer ${index}`),
    );
    const [atOne, atOther] = await Promise.all([here.hearAll(60), there.hearAll(60)]);
    const created = await Promise.all(creating);
    expect(sequences(atOne)).toEqual(upFrom(Number(atOne[0]?.sequence), 60));
    expect(atOther).toEqual(atOne);
    expect(entities(atOne).toSorted()).toEqual(created.toSorted());
  });
});

describe("an event that is recorded first and commits last", () => {
  it("gets the later number and is not lost", async () => {
    using client = await follower(replicas[0]);
    const slow = new pg.Client(
      login(inject("postgres18"), tenant.database.name, tenant.logins.a, tenant.password),
    );
    await slow.connect();
    await slow.query("BEGIN");
    await slow.query(
      `INSERT INTO outbox_events (id, type, entity_type, entity_id, payload)
       VALUES (gen_random_uuid(), 'customer.updated', 'customer', 'slow', '{}')`,
    );
    const fast = await createCustomer(replicas[0], "Fast");
    const first = await client.hear();
    await slow.query("COMMIT");
    await slow.end();
    await nudge(tenant);
    const second = await client.hear();
    expect(entities([first, second])).toEqual([fast, "slow"]);
    expect(sequences([second])).toEqual([Number(first.sequence) + 1]);
  });
});

describe("a client that comes back", () => {
  it("receives from another replica the events of its topics that it missed, and then the live ones", async () => {
    const before = await follower(replicas[0]);
    before.socket.terminate();
    await recordEvents(tenant, "customer", ["missed 1"]);
    await recordEvents(tenant, "user", ["of another topic"]);
    await recordEvents(tenant, "customer", ["missed 2"]);
    await nudge(tenant);
    await until(
      () => progress(tenant),
      ([row]) => row?.waiting === "0",
    );
    using client = await comeBack(replicas[1], before.sequence);
    expect(entities(client.heard.slice(0, -1))).toEqual(["missed 1", "missed 2"]);
    const live = await createCustomer(replicas[0], "Live");
    expect(entities([await client.hear()])).toEqual([live]);
  });

  it("receives each event once and in order, also while many happen", async () => {
    using watcher = await follower(replicas[0]);
    const total = 600;
    const happening = (async () => {
      for (const batch of upFrom(0, total / 20)) {
        await recordEvents(
          tenant,
          "customer",
          upFrom(0, 20).map((index) => `${batch}/${index}`),
        );
        await nudge(tenant);
      }
    })();
    const heard: number[] = [];
    let visits = 0;
    for (let last = watcher.sequence; heard.length < total; visits += 1) {
      using client = await comeBack(replicas[visits % 2 === 0 ? 0 : 1], last);
      const messages = client.heard.slice(0, -1);
      if (heard.length + messages.length < total) messages.push(await client.hear());
      heard.push(...sequences(messages));
      last = heard.at(-1) ?? last;
    }
    await happening;
    expect(visits).toBeGreaterThan(3);
    const all = await watcher.hearAll(total);
    expect(heard).toEqual(sequences(all));
    expect(entities(all)).toEqual(
      upFrom(0, total / 20).flatMap((batch) => upFrom(0, 20).map((index) => `${batch}/${index}`)),
    );
  });

  it("must load its data again when it has missed more than 1,000 events, and then follows", async () => {
    const before = await follower(replicas[0]);
    before.socket.terminate();
    using other = await follower(replicas[1]);
    await recordEvents(tenant, "customer", upFrom(1, 1_001).map(String));
    await nudge(tenant);
    const last = before.sequence + 1_001;
    expect(sequences(await other.hearAll(1_001)).at(-1)).toBe(last);
    using client = await comeBack(replicas[1], before.sequence);
    expect(client.heard).toEqual([
      { type: "resync", topics: ["customers"], sequence: last },
      { type: "subscribed", topics: ["customers"], sequence: last },
    ]);
    await createCustomer(replicas[0], "After all that");
    expect(sequences([await client.hear()])).toEqual([last + 1]);
    using patient = await comeBack(replicas[1], before.sequence + 2);
    expect(sequences(patient.heard.slice(0, -1))).toEqual(upFrom(before.sequence + 3, 1_000));
  });

  it("must load its data again when its last event is unknown to this database", async () => {
    using client = await comeBack(replicas[0], Number.MAX_SAFE_INTEGER);
    expect(client.heard.map(({ type }) => type)).toEqual(["resync", "subscribed"]);
  });

  it("must name all topics at once", async () => {
    using client = await follower(replicas[0]);
    client.say({ ...follow, after: 0 });
    expect(await client.hear()).toMatchObject({
      type: "error",
      error: {
        code: "VALIDATION_ERROR",
        details: [{ in: "message", field: "after", message: expect.stringContaining("first subscription") }],
      },
    });
  });
});

describe("while Redis is away", () => {
  it("a pod sends its events to its own clients, repeats none, and keeps the order once Redis is back", async () => {
    await using cache = await startRelay(inject("redisCache"));
    const redis = { ...tenant.tenantFile.redis, cache: { host: "localhost", port: cache.port } };
    await using cutOff = await startRuntime(tenant, {
      prepare: (files) => files.write("etc/tenant.json", { ...tenant.tenantFile, redis }),
    });
    await cutOff.health(({ status }) => status === "healthy");
    using far = await follower(replicas[0]);
    await cache.cut();
    const elsewhere = [
      await createCustomer(replicas[0], "Seen"),
      await createCustomer(replicas[0], "Not seen"),
    ];
    const seen = await far.hearAll(2);
    expect(entities(seen)).toEqual(elsewhere);

    using near = await comeBack(cutOff, far.sequence + 1);
    const heard = near.heard.filter(({ type }) => type === "event");
    if (heard.length === 0) heard.push(await near.hear());
    const here = [await createCustomer(cutOff, "Without Redis")];
    heard.push(await near.hear());
    await cutOff.line(({ message }) => message === "events cannot be handed on");
    await cache.mend();
    await cutOff.health(({ status }) => status === "healthy");
    here.push(await createCustomer(cutOff, "With Redis"));
    heard.push(await near.hear());
    expect(entities(heard)).toEqual([elsewhere[1], ...here]);
    expect(sequences(heard)).toEqual(upFrom(far.sequence + 2, 3));
    expect(await far.hearAll(2)).toEqual(heard.slice(1));
  });
});

describe("a runtime that dies between numbering and publishing", () => {
  it("loses nothing: the next one publishes, and clients resume", async () => {
    await using fresh = await createTestTenant();
    await using cache = await startRelay(inject("redisCache"));
    const redis = { ...fresh.tenantFile.redis, cache: { host: "localhost", port: cache.port } };
    const published = () => progress(fresh);
    let headers = session;
    {
      await using dying = await startRuntime(fresh, {
        prepare: (files) => files.write("etc/tenant.json", { ...fresh.tenantFile, redis }),
      });
      await dying.health(({ status }) => status === "healthy");
      headers = await signIn(dying, fresh);
      await until(published, ([row]) => row?.published === row?.last);
      await cache.cut();
      await createCustomer(dying, "Numbered and not published", headers);
      await until(published, ([row]) => row !== undefined && row.published < row.last);
    }
    const [left] = await published();
    const heard = await withRedis(inject("redisCache"), async (client) => {
      const messages: { sequence: number }[] = [];
      client.on("message", (_channel, text) => void messages.push(JSON.parse(text)));
      await client.subscribe(redisChannels(namesOnServers(fresh.id).redisPrefix).events);
      await using next = await startRuntime(fresh);
      await until(published, ([row]) => row?.published === row?.last);
      using returned = await comeBack(next, Number(left?.published), headers);
      expect(sequences(returned.heard.slice(0, -1))).toEqual([Number(left?.last)]);
      return until(
        () => messages,
        (found) => found.length > 0,
      );
    });
    expect(heard.map(({ sequence }) => sequence)).toEqual([Number(left?.last)]);
  });
});

describe("events older than the retention of the plan", () => {
  it("are deleted when a pod starts, and a client that resumes before them must load its data again", async () => {
    await using fresh = await createTestTenant();
    fresh.tenantFile.retention.eventDays = 7;
    await recordEvents(fresh, "customer", ["old 1", "old 2", "young"]);
    {
      await using first = await startRuntime(fresh);
      await first.health(({ status }) => status === "healthy");
      await until(
        () => progress(fresh),
        ([row]) => Number(row?.published) >= 3,
      );
    }
    await rows(
      `UPDATE outbox_events SET relayed_at = now() - interval '1 day' *
         CASE WHEN entity_id LIKE 'old%' THEN 8 ELSE 6 END`,
      fresh,
    );
    await using second = await startRuntime(fresh);
    await second.line(({ message, count }) => message === "old events were removed" && count === 2);
    const kept = await rows("SELECT entity_id FROM outbox_events WHERE entity_type = 'customer'", fresh);
    expect(kept).toEqual([{ entity_id: "young" }]);
    const headers = await signIn(second, fresh);
    using early = await comeBack(second, 1, headers);
    expect(early.heard[0]).toMatchObject({ type: "resync" });
    using late = await comeBack(second, 2, headers);
    expect(entities(late.heard.slice(0, -1))).toEqual(["young"]);
  });
});
