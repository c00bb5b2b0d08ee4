import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { withClient } from "../../../../../harness/services/postgres.ts";
import { testCommand } from "../../../../test/testing/inputs/command.ts";
import { until } from "../../../../test/testing/process/until.ts";
import { type Received, type Receiver, status } from "../../../../test/testing/webhooks/receiver.ts";
import { type ReceiverWorld, startReceivers } from "../../../../test/testing/webhooks/receivers.ts";
import { openWebhookWorld, type WebhookWorld } from "../../../../test/testing/webhooks/webhook-world.ts";
import type { EndpointWithSecret } from "../endpoint-service.ts";
import type { DeliveryLoop } from "../sending/delivery-loop.ts";

let receivers: ReceiverWorld;
let webhooks: WebhookWorld;
let first: Receiver;
let second: Receiver;
let loop: DeliveryLoop & AsyncDisposable;
beforeAll(async () => {
  receivers = await startReceivers(2);
  webhooks = await openWebhookWorld(receivers);
  [first, second] = receivers.receivers as [Receiver, Receiver];
});
afterAll(async () => {
  await webhooks?.[Symbol.asyncDispose]();
  await receivers?.[Symbol.asyncDispose]();
});

beforeEach(() => {
  loop = webhooks.loop();
  for (const receiver of receivers.receivers) receiver.answer(status(204));
});
afterEach(async () => {
  await loop.stop();
  await webhooks.query("DELETE FROM webhook_deliveries; DELETE FROM webhook_endpoints");
});

const headersOf = ({ headers }: Received) => headers as Record<string, string>;
const verified = (secret: string, received: Received) =>
  new Webhook(secret).verify(received.body, headersOf(received)) as object;
const idOf = (received: Received) => received.headers["webhook-id"];

/** Waits until a receiver has got so many messages. */
const got = (receiver: Receiver, count: number) =>
  until(
    () => receiver.received,
    ({ length }) => length >= count,
  );
const rows = () =>
  webhooks.query(
    `SELECT id, state, attempts, last_status, last_error, claim IS NOT NULL AS claimed,
            extract(epoch FROM due_at - last_attempt_at)::float8 AS delay
       FROM webhook_deliveries ORDER BY created_at, id`,
  );
/** Waits until no attempt is in progress and the deliveries fulfil the condition. */
const settled = (satisfies: (found: Awaited<ReturnType<typeof rows>>) => boolean) =>
  until(rows, (found) => found.every(({ claimed }) => !claimed) && satisfies(found));
const ended = () => settled((found) => found.every(({ state }) => state !== "waiting"));
const endpointRow = async ({ id }: Pick<EndpointWithSecret, "id">) => webhooks.endpoints.retrieve(id);

/** Makes waiting deliveries due, in place of the time that passes. */
async function letTimePass(): Promise<void> {
  await webhooks.query("UPDATE webhook_deliveries SET due_at = now() WHERE state = 'waiting'");
  loop.wake();
}

describe("an event", () => {
  it("is sent to the endpoints that want it, signed as Standard Webhooks says", async () => {
    const some = await webhooks.endpoint({ url: second.url, events: ["customer.updated"] });
    await webhooks.endpoint({ url: second.url, enabled: false });
    const all = await webhooks.endpoint({ url: first.url });
    const created = await webhooks.change("created");
    const updated = await webhooks.change("updated");
    loop.wake();
    await ended();
    expect([first.received.length, second.received.length]).toEqual([2, 1]);
    const payload = verified(some.secret, second.received[0] as Received);
    expect(payload).toEqual({
      type: "customer.updated",
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      data: {
        eventId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        entity: { type: "customer", id: updated },
        details: { fields: ["email"] },
      },
    });
    const both = first.received.map((received) => verified(all.secret, received));
    const ids = both.map((each) => (each as { data: { entity: { id: string } } }).data.entity.id);
    expect(ids.sort()).toEqual([created, updated].sort());
    expect(headersOf(second.received[0] as Received)).toMatchObject({
      "content-type": "application/json",
      "user-agent": "DotMac-Webhooks/1",
    });
    expect(() => verified(some.secret, first.received[0] as Received)).toThrow("No matching signature");
  });

  it("whose transaction is rolled back is not sent", async () => {
    await webhooks.endpoint({ url: first.url });
    const fails = async () => {
      throw new Error("the command fails");
    };
    await expect(webhooks.change("created", fails)).rejects.toThrow("the command fails");
    await webhooks.change("updated");
    loop.wake();
    await ended();
    expect(first.received.map(({ body }) => JSON.parse(body).type)).toEqual(["customer.updated"]);
  });

  it("of an ISP without endpoints leaves no row", async () => {
    await webhooks.change();
    expect(await rows()).toEqual([]);
  });
});

describe("a rotated secret", () => {
  it("signs beside the one before for 24 hours, and then alone", async () => {
    const { id, secret: old } = await webhooks.endpoint({ url: first.url });
    const { secret } = await webhooks.endpoints.rotateSecret(id, testCommand());
    await webhooks.change();
    loop.wake();
    await ended();
    const [received] = first.received as [Received];
    expect(headersOf(received)["webhook-signature"]?.split(" ")).toHaveLength(2);
    expect(verified(secret, received)).toEqual(verified(old, received));
    const hours = await webhooks.query(
      "SELECT round(extract(epoch FROM previous_secret_until - now()) / 3600) AS left FROM webhook_endpoints",
    );
    expect(Number(hours[0].left)).toBe(24);

    await webhooks.query("UPDATE webhook_endpoints SET previous_secret_until = now()");
    first.answer(status(204));
    await webhooks.change();
    loop.wake();
    await ended();
    const [later] = first.received as [Received];
    expect(verified(secret, later)).toBeDefined();
    expect(() => verified(old, later)).toThrow("No matching signature");
  });
});

describe("a receiver that refuses", () => {
  it("gets the message ten times over three days, with the same id", async () => {
    const { secret } = await webhooks.endpoint({ url: first.url });
    first.answer(status(500));
    await webhooks.change();
    const hour = 3_600;
    const delays = [5, 300, 1_800, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour];
    for (const [index, delay] of delays.entries()) {
      await letTimePass();
      const [row] = await settled(([found]) => found.attempts === index + 1);
      expect(row).toMatchObject({ state: "waiting", last_status: 500, last_error: null });
      // Attempt and result are different transactions.
      expect(row.delay).toBeGreaterThanOrEqual(delay * 0.8);
      expect(row.delay).toBeLessThan(delay * 1.2 + 10);
    }
    await letTimePass();
    expect(await ended()).toMatchObject([{ state: "failed", attempts: 10, last_status: 500 }]);
    expect(first.received).toHaveLength(10);
    expect(new Set(first.received.map(idOf)).size).toBe(1);
    expect(verified(secret, first.received[9] as Received)).toBeDefined();
  });

  it("is sent nothing before the time that it asks for", async () => {
    await webhooks.endpoint({ url: first.url });
    first.answer(status(503, { "retry-after": "600" }));
    await webhooks.change();
    loop.wake();
    const [row] = await settled(([found]) => found.attempts === 1);
    expect(row.delay).toBeGreaterThanOrEqual(600);
  });

  it("with 410 is disabled at once, which is recorded", async () => {
    const other = await webhooks.endpoint({ url: second.url, events: ["webhook_endpoint.disabled"] });
    const { id } = await webhooks.endpoint({ url: first.url });
    first.answer(status(410));
    const reasons: string[] = [];
    await loop.stop();
    await using own = webhooks.loop({ disabled: (reason) => void reasons.push(reason) });
    await webhooks.change();
    await webhooks.query(
      `INSERT INTO webhook_deliveries (id, endpoint_id, type, occurred_at, data, state, due_at)
       VALUES (gen_random_uuid(), $1, 'customer.created', now(), '{}', 'waiting', now() + interval '1 hour')`,
      [id],
    );
    own.wake();
    const [report] = await got(second, 1);
    expect(await endpointRow({ id })).toMatchObject({
      enabled: false,
      disabledReason: "gone",
      disabledAt: expect.stringMatching(/Z$/),
    });
    const found = await ended();
    expect(found.map((row) => `${row.state} ${row.last_status} ${row.last_error}`).sort()).toEqual([
      "failed 410 null",
      "failed null ENDPOINT_DISABLED",
      "succeeded 204 null",
    ]);
    expect(verified(other.secret, report as Received)).toMatchObject({
      type: "webhook_endpoint.disabled",
      data: { entity: { type: "webhook_endpoint", id }, details: { reason: "gone" } },
    });
    const audit = await withClient(webhooks.schema.database.superuser, (client) =>
      client.query(
        `SELECT actor, details FROM audit.t_${webhooks.schema.id} WHERE action = 'webhook_endpoint.disabled'`,
      ),
    );
    expect(audit.rows).toEqual([{ actor: "system", details: { reason: "gone" } }]);
    expect(reasons).toEqual(["gone"]);
    expect(webhooks.notices).toMatchObject([{ id, url: first.url, reason: "gone" }]);
  });

  it("for five days is disabled; a success in between begins them anew", async () => {
    const { id } = await webhooks.endpoint({ url: first.url });
    const since = async () => (await endpointRow({ id })).failingSince;
    first.answer(status(500));
    await webhooks.change();
    loop.wake();
    await settled(([row]) => row.attempts === 1);
    expect(await since()).not.toBeNull();
    first.answer(status(200));
    await letTimePass();
    await ended();
    expect(await since()).toBeNull();

    first.answer(status(500));
    await webhooks.change();
    loop.wake();
    await settled(([, row]) => row?.attempts === 1);
    await webhooks.query("UPDATE webhook_endpoints SET failing_since = now() - interval '119 hours'");
    await letTimePass();
    await settled(([, row]) => row?.attempts === 2);
    expect(await endpointRow({ id })).toMatchObject({ enabled: true });
    await webhooks.query("UPDATE webhook_endpoints SET failing_since = now() - interval '5 days'");
    await letTimePass();
    await ended();
    expect(await endpointRow({ id })).toMatchObject({ enabled: false, disabledReason: "failing" });
    await webhooks.endpoints.change(id, { enabled: true }, testCommand());
    expect(await endpointRow({ id })).toMatchObject({
      enabled: true,
      disabledReason: null,
      disabledAt: null,
      failingSince: null,
    });
  });

  it("by a redirect is not followed", async () => {
    await webhooks.endpoint({ url: first.url });
    first.answer(status(307, { location: second.url }));
    await webhooks.change();
    loop.wake();
    const [row] = await settled(([found]) => found.attempts === 1);
    expect([row.state, row.last_status]).toEqual(["waiting", 307]);
    expect(second.received).toEqual([]);
  });
});

describe("a replay", () => {
  it("sends an ended delivery again with the same id", async () => {
    const { id } = await webhooks.endpoint({ url: first.url });
    await webhooks.change();
    loop.wake();
    const [{ id: delivery }] = await ended();
    const again = await webhooks.deliveries.replay(id, delivery, testCommand());
    expect(again).toMatchObject({ state: "waiting", attempts: 0, lastStatus: null });
    await expect(webhooks.deliveries.replay(id, delivery, testCommand())).rejects.toThrow("still waits");
    loop.wake();
    await ended();
    expect(first.received.map(idOf)).toEqual([delivery, delivery]);
  });

  it("of all failed ones leaves out those that failed before, and those that succeeded", async () => {
    const { id } = await webhooks.endpoint({ url: first.url });
    const states = ["failed", "failed", "succeeded"].map((state, index) => `('${state}', ${3 - index})`);
    await webhooks.query(
      `INSERT INTO webhook_deliveries (id, endpoint_id, type, occurred_at, data, state, finished_at)
       SELECT gen_random_uuid(), $1, 'customer.created', now(), '{}', state, now() - make_interval(hours => age)
         FROM (VALUES ${states.join(", ")}) AS given (state, age)`,
      [id],
    );
    const since = new Date(Date.now() - 2.5 * 3_600_000).toISOString();
    expect(await webhooks.deliveries.replayFailed(id, since, testCommand())).toEqual({
      replayed: 1,
      remaining: 0,
    });
    loop.wake();
    await got(first, 1);
    const found = await settled((all) => all.every(({ state }) => state !== "waiting"));
    expect(found.map(({ state }) => state).sort()).toEqual(["failed", "succeeded", "succeeded"]);
  });

  it("is refused while the endpoint is disabled", async () => {
    const { id } = await webhooks.endpoint({ url: first.url, enabled: false });
    const since = "2026-01-01T00:00:00Z";
    await expect(webhooks.deliveries.replayFailed(id, since, testCommand())).rejects.toMatchObject({
      code: "WEBHOOK_ENDPOINT_DISABLED",
    });
  });
});

describe("a test message", () => {
  it("is sent to its endpoint alone", async () => {
    const { id, secret } = await webhooks.endpoint({ url: first.url, events: ["customer.created"] });
    await webhooks.endpoint({ url: second.url });
    const delivery = await webhooks.deliveries.sendTest(id, testCommand());
    loop.wake();
    const [received] = await got(first, 1);
    expect(verified(secret, received as Received)).toMatchObject({
      type: "webhook.test",
      data: { endpointId: id },
    });
    expect(idOf(received as Received)).toBe(delivery.id);
    await ended();
    expect(second.received).toEqual([]);
  });
});

describe("a receiver that does not answer", () => {
  it("has at most four messages on their way, and holds back no other endpoint and no transaction", async () => {
    await loop.stop();
    const silent = await webhooks.endpoint({ url: first.url, events: ["customer.created"] });
    first.answer(() => {});
    for (let changes = 0; changes < 6; changes += 1) await webhooks.change();
    await using slow = webhooks.loop({ attemptSeconds: 600 });
    slow.wake();
    await got(first, 4);
    const quick = await webhooks.endpoint({ url: second.url });
    await webhooks.change();
    slow.wake();
    await got(second, 1);
    await until(
      () => webhooks.deliveries.list(quick.id, { sort: "-createdAt", limit: 25 }),
      ({ items }) => items[0]?.state === "succeeded",
    );
    expect(first.received).toHaveLength(4);
    const open = await webhooks.query(
      "SELECT count(*)::integer AS count FROM pg_stat_activity WHERE xact_start IS NOT NULL AND pid <> pg_backend_pid() AND datname = current_database()",
    );
    expect(open).toEqual([{ count: 0 }]);
    // At a shutdown they are given back, and do not count.
    await slow.stop();
    const { items } = await webhooks.deliveries.list(silent.id, { sort: "-createdAt", limit: 25 });
    expect(items.map(({ state, attempts }) => [state, attempts])).toEqual(Array(7).fill(["waiting", 0]));
  });

  it("fails the attempt at the end of its time", async () => {
    await loop.stop();
    await webhooks.endpoint({ url: first.url });
    first.answer(() => {});
    await webhooks.change();
    await using impatient = webhooks.loop({ attemptSeconds: 0.2 });
    impatient.wake();
    const [row] = await settled(([found]) => found.attempts === 1);
    expect([row.state, row.last_status, row.last_error]).toEqual(["waiting", null, "TIMED_OUT"]);
  });
});

describe("a receiver that answers without end", () => {
  it("has accepted the message by its status, and its answer is read only to a bound", async () => {
    await webhooks.endpoint({ url: first.url });
    let sent = 0;
    const closed = Promise.withResolvers<void>();
    first.answer((response) => {
      const part = Buffer.alloc(64 * 1_024);
      const more = () => {
        do sent += part.length;
        while (response.write(part));
      };
      response.on("drain", more).on("close", closed.resolve);
      more();
    });
    await webhooks.change();
    loop.wake();
    expect(await ended()).toMatchObject([{ state: "succeeded", last_status: 200 }]);
    await closed.promise;
    // The buffers of the sockets on the way.
    expect(sent).toBeLessThan(16 * 1_024 * 1_024);
  });
});

describe("the bounds", () => {
  it("allow 20 endpoints", async () => {
    for (let count = 0; count < 20; count += 1) await webhooks.endpoint({ url: first.url });
    await expect(webhooks.endpoint({ url: first.url })).rejects.toMatchObject({
      code: "WEBHOOK_ENDPOINT_LIMIT_REACHED",
    });
  });

  it("record an event beyond 10,000 waiting deliveries as failed, and none beyond as many of those", async () => {
    const { id } = await webhooks.endpoint({ url: first.url });
    const fill = (state: string, error: string | null) =>
      webhooks.query(
        `INSERT INTO webhook_deliveries (id, endpoint_id, type, occurred_at, data, state, last_error, finished_at, due_at)
         SELECT gen_random_uuid(), $1, 'customer.created', now(), '{}', $2, $3,
                CASE WHEN $2 <> 'waiting' THEN now() END, now() + interval '1 hour' FROM generate_series(1, 10000)`,
        [id, state, error],
      );
    const count = async () => {
      const text =
        "SELECT state, count(*)::integer AS count FROM webhook_deliveries GROUP BY state ORDER BY state";
      return (await webhooks.query(text)).map((row) => [row.state, row.count]);
    };
    await fill("waiting", null);
    await webhooks.change();
    expect(await count()).toEqual([
      ["failed", 1],
      ["waiting", 10_000],
    ]);
    await expect(webhooks.deliveries.sendTest(id, testCommand())).rejects.toMatchObject({
      code: "WEBHOOK_BACKLOG_FULL",
    });
    await fill("failed", "BACKLOG_FULL");
    await webhooks.change();
    expect(await count()).toEqual([
      ["failed", 10_001],
      ["waiting", 10_000],
    ]);
  });

  it("keep the newest 10,000 ended deliveries, for 14 days", async () => {
    const { id } = await webhooks.endpoint({ url: first.url });
    await webhooks.query(
      `INSERT INTO webhook_deliveries (id, endpoint_id, type, occurred_at, data, state, finished_at)
       SELECT gen_random_uuid(), $1, 'customer.created', now(), '{}', 'succeeded',
              now() - make_interval(secs => number) FROM generate_series(1, 10003) AS number`,
      [id],
    );
    await webhooks.change();
    loop.wake();
    const finished = `SELECT count(*)::integer AS count, bool_and(finished_at > now() - interval '14 days') AS recent
      FROM webhook_deliveries WHERE state <> 'waiting'`;
    await until(
      () => webhooks.query(finished),
      ([row]) => row.count === 10_000,
    );
    await webhooks.query(
      "UPDATE webhook_deliveries SET finished_at = now() - interval '15 days' WHERE id IN (SELECT id FROM webhook_deliveries LIMIT 4)",
    );
    await using other = webhooks.loop();
    other.wake();
    await until(
      () => webhooks.query(finished),
      ([row]) => row.count === 9_996 && row.recent,
    );
  });
});

describe("deliveries of an endpoint that is deleted", () => {
  it("are deleted too, those of a change at the same time by the loop", async () => {
    const { id } = await webhooks.endpoint({ url: first.url });
    await webhooks.endpoint({ url: second.url, events: ["customer.updated"] });
    // The change has seen the endpoint, and commits after its deletion.
    await webhooks.change("created", async () => webhooks.endpoints.remove(id, testCommand()));
    expect(await rows()).toHaveLength(1);
    loop.wake();
    await until(rows, ({ length }) => length === 0);
    expect(first.received).toEqual([]);
  });
});
