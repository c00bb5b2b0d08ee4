import { once } from "node:events";
import type { Server } from "node:https";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { WebSocket } from "ws";
import { type Authority, createAuthority } from "../../../harness/authority/authority.ts";
import type {} from "../../../harness/services/vitest.ts";
import { systemClock } from "../../../process/clock.ts";
import { createLogger } from "../../../process/log.ts";
import { topics } from "../../test/testing/inputs/catalogue.ts";
import { until } from "../../test/testing/process/until.ts";
import { createApiServer } from "../http/server/api-server.ts";
import type { Exchanges } from "../http/server/exchanges.ts";
import { listen } from "../http/server/listen.ts";
import type { Authenticate } from "../platform/access/authentication.ts";
import type { Principal } from "../platform/access/principal.ts";
import { createSessionEnds } from "../platform/access/session-ends.ts";
import { AppError } from "../platform/base/errors.ts";
import type { EventLog } from "../platform/events/event-log.ts";
import { createEvents } from "../platform/events/events.ts";
import { localWindow } from "../platform/limits/limits-window.ts";
import { openRedis, type RedisLink } from "../platform/redis/redis.ts";
import { createMetrics } from "../platform/telemetry/metrics.ts";
import { closeWithSessions } from "./close-with-sessions.ts";
import { EventFeed } from "./event-feed.ts";
import { WebSocketManager, type WebSocketManagerOptions } from "./manager.ts";

const log = createLogger("error");
let authority: Authority;
let server: Server;
let exchanges: Exchanges;
let port: number;
let manager: WebSocketManager;

beforeAll(async () => {
  authority = await createAuthority("DotMac WebSocket test");
  const pair = await authority.issue({ dnsNames: ["localhost"] });
  const tls = { cert: pair.certificate, key: pair.key };
  const watched = { current: () => tls, onChange: () => () => {} };
  ({ server, exchanges } = createApiServer((() => {}) as never, watched as never, () => {}));
  port = await listen(server, 0);
});
afterEach(async () => {
  await manager.close();
  server.removeAllListeners("upgrade");
});
afterAll(() => void server.close());

const principal = (name: string): Principal => ({
  userId: name,
  userVersion: "1",
  sessionId: name,
  role: "admin",
  mustChangePassword: false,
});

/** The token is the user's name. A check can be delayed, or find that the session has ended. */
const byName: Authenticate = async (token) => {
  if (token.startsWith("ended")) throw new AppError("SESSION_ENDED");
  return principal(token);
};

const nothing: EventLog = { page: async () => ({ events: [], goneUpTo: 0 }), last: async () => 0 };

function start(options: Partial<WebSocketManagerOptions> = {}) {
  const eventLog = options.eventLog ?? nothing;
  const window = localWindow(systemClock);
  manager = new WebSocketManager({
    feed: new EventFeed(eventLog, log),
    eventLog,
    log,
    clock: systemClock,
    authenticate: byName,
    permits: () => true,
    topics: { ...topics, permissionFor: (topic) => `${topic}:read` },
    limiter: {
      take: (name, { userId }) => window([{ key: `${name}:${userId}`, limit: 1_000, seconds: 60 }]),
    },
    metrics: createMetrics(),
    record: () => {},
    allowsOrigin: () => false,
    ...options,
  });
  manager.attach(server, exchanges);
}

function connect(user: string): WebSocket {
  const options = { ca: authority.certificate, headers: { Authorization: `Bearer ${user}` } };
  return new WebSocket(`wss://localhost:${port}/api/v1/ws`, options);
}

async function open(user: string): Promise<WebSocket> {
  const socket = connect(user);
  await once(socket, "open");
  return socket;
}

/** The status and body of the answer to a refused upgrade. */
async function refusal(user: string) {
  const socket = connect(user);
  socket.on("error", () => {});
  const [, response] = await once(socket, "unexpected-response");
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part);
  return {
    status: response.statusCode,
    headers: response.headers,
    body: JSON.parse(String(Buffer.concat(parts))),
  };
}

const say = (socket: WebSocket, message: object) => socket.send(JSON.stringify(message));
const hear = async (socket: WebSocket) => JSON.parse(String((await once(socket, "message"))[0]));

describe("sockets", () => {
  it("of one user are bounded, and the bound of another user stays the same", async () => {
    start({ bounds: { socketsPerUser: 3 } });
    const own = await Promise.all([1, 2, 3].map(() => open("mallory")));
    const refused = await refusal("mallory");
    expect(refused).toMatchObject({ status: 429, headers: { "retry-after": "30" } });
    expect(refused.body.error).toMatchObject({
      code: "RATE_LIMITED",
      details: [{ field: "user", message: "close one of your 3 open sockets first" }],
    });
    await open("ann");
    own[0]?.terminate();
    await until(
      () => manager.size,
      (size) => size === 3,
    );
    await open("mallory");
  });

  it("of one user are also bounded when they are opened at once", async () => {
    start({ bounds: { socketsPerUser: 3 } });
    const sockets = Array.from({ length: 40 }, () => connect("mallory").on("error", () => {}));
    await Promise.all(
      sockets.map((socket) => Promise.race([once(socket, "open"), once(socket, "close")]).catch(() => {})),
    );
    expect(manager.size).toBe(3);
  });

  it("of a pod are bounded in number", async () => {
    start({ bounds: { socketsPerPod: 4 } });
    await Promise.all(["a", "b", "c", "d"].map(open));
    expect((await refusal("e")).body.error.details[0].message).toMatch(/^all 4 sockets of this replica/);
  });

  it("count as requests when they are opened", async () => {
    const window = localWindow(systemClock);
    start({
      limiter: { take: (name, { userId }) => window([{ key: `${name}:${userId}`, limit: 2, seconds: 60 }]) },
    });
    await open("mallory");
    await open("mallory");
    const refused = await refusal("mallory");
    expect(refused).toMatchObject({ status: 429, headers: { "ratelimit-limit": "2" } });
    await open("ann");
  });

  it("are bounded in number and in time while their token is checked", async () => {
    const authenticate: Authenticate = (token) => (token === "stuck" ? new Promise(() => {}) : byName(token));
    start({ authenticate, bounds: { openingAtOnce: 2, openingMs: 300 } });
    const stuck = [refusal("stuck"), refusal("stuck")];
    const third = await until(
      () => refusal("stuck"),
      ({ headers }) => headers["retry-after"] === "1",
    );
    expect(third.body.error.code).toBe("TIMED_OUT");
    expect((await Promise.all(stuck)).map(({ status }) => status)).toEqual([503, 503]);
  });
});

describe("a client", () => {
  it.each([
    ["messages", (socket: WebSocket) => say(socket, { type: "subscribe", topics: ["customers"] })],
    ["pings", (socket: WebSocket) => socket.ping()],
  ])(
    "that sends too many %s gets an error and is cut off, but not one that sends few",
    async (_what, send) => {
      start({ bounds: { messageBurst: 5, messagesPerSecond: 0 } });
      const [loud, quiet] = [await open("mallory"), await open("ann")];
      const heard: string[] = [];
      loud.on("message", (data) => heard.push(JSON.parse(String(data)).error?.code ?? "answer"));
      for (let count = 0; count < 1_000; count += 1) send(loud);
      expect((await once(loud, "close"))[0]).toBe(1008);
      expect(heard.filter((what) => what === "answer").length).toBeLessThanOrEqual(5);
      expect(heard).toContain("RATE_LIMITED");
      say(quiet, { type: "subscribe", topics: ["customers"] });
      expect(await hear(quiet)).toMatchObject({ type: "subscribed" });
    },
  );

  it("that sends a long message is cut off before the message is read", async () => {
    start();
    const socket = await open("mallory");
    socket.send("x".repeat(4_097));
    expect((await once(socket, "close"))[0]).toBe(1009);
  });

  it("may follow a bounded number of topics on one socket", async () => {
    start();
    const socket = await open("mallory");
    const topics = (from: number) =>
      Array.from({ length: 32 }, (_, index) => `topic-${"abc"[from]}${"x".repeat(index)}`);
    say(socket, { type: "subscribe", topics: topics(0).map((topic) => topic.slice(0, 40)) });
    expect(await hear(socket)).toMatchObject({ type: "subscribed" });
    say(socket, { type: "subscribe", topics: ["one-more"] });
    expect(await hear(socket)).toMatchObject({
      error: { code: "VALIDATION_ERROR", details: [{ in: "message", field: "topics" }] },
    });
  });
});

describe("replays", () => {
  it("read once, also when many clients ask for the same events", async () => {
    let [now, most, reads] = [0, 0, 0];
    const page = async () => {
      now += 1;
      most = Math.max(most, now);
      await new Promise(setImmediate);
      now -= 1;
      reads += 1;
      return { events: [], goneUpTo: 0 };
    };
    const eventLog: EventLog = { page, last: async () => 100 };
    const feed = new EventFeed(eventLog, log);
    await feed.start();
    start({ feed, eventLog });
    const sockets = await Promise.all(Array.from({ length: 10 }, () => open("mallory")));
    const answers = sockets.map((socket) => {
      say(socket, { type: "subscribe", topics: ["customers"], after: 1 });
      return hear(socket);
    });
    expect((await Promise.all(answers)).map(({ type }) => type)).toEqual(sockets.map(() => "subscribed"));
    expect([most, reads]).toEqual([1, 10]);
  });
});

describe("the notice that sessions of a user have ended", () => {
  /** The events of one pod, over separate connections. */
  async function podEvents(prefix: string) {
    const { host, port, operator, ca } = inject("redisCache");
    const login = { user: operator.username, password: operator.password };
    const [publisher, subscriber] = ["publisher", "subscriber"].map((name) =>
      openRedis({
        name,
        endpoint: { host, port },
        login: { current: () => login, onChange: () => () => {} },
        ca: () => ca,
        prefix,
        log,
      }),
    ) as [RedisLink, RedisLink];
    const events = createEvents({ publisher, subscriber, prefix, topics, log });
    // Its own nudge arrives once it is subscribed.
    const subscribed = new Promise<void>((resolve) => void events.onNudge(resolve));
    await Promise.all([publisher.connected(), subscriber.connected(), subscribed]);
    const close = () => Promise.all([publisher.close(), subscriber.close()]);
    return { events, close };
  }

  it("reaches the sockets of another pod without the periodic check of all sockets", async () => {
    const ended = new Set<string>();
    const authenticate: Authenticate = async (token) => {
      if (ended.has(token)) throw new AppError("SESSION_ENDED");
      return principal(token);
    };
    start({ authenticate, bounds: { sessionLookMs: 3_600_000 } });
    const [ann, bob] = [await open("ann"), await open("bob")];
    const [one, other] = [await podEvents("t:endtests:"), await podEvents("t:endtests:")];
    const ends = createSessionEnds();
    const asked: string[] = [];
    closeWithSessions({ checkUser: async (userId) => void asked.push(userId) }, one.events, ends);
    closeWithSessions(manager, other.events, createSessionEnds());
    const closed = once(ann, "close");
    ended.add("ann").add("bob");
    ends.tell("ann");
    expect((await closed)[0]).toBe(4401);
    expect(asked).toContain("ann");
    expect(bob.readyState).toBe(WebSocket.OPEN);
    await Promise.all([one.close(), other.close()]);
  });

  it("closes the sockets of the ended session, and no other socket of that user", async () => {
    const ended = new Set<string>();
    const authenticate: Authenticate = async (token) => {
      if (ended.has(token)) throw new AppError("SESSION_ENDED");
      return { ...principal(token), userId: token.split("-")[0] as string };
    };
    start({ authenticate, bounds: { beatMs: 600_000, sessionLookMs: 600_000 } });
    const [phone, laptop, bob] = [
      await open("ann-phone"),
      await open("ann-laptop"),
      await open("bob-laptop"),
    ];
    for (const token of ["ann-phone", "bob-laptop"]) ended.add(token);
    const closed = once(phone, "close");
    await manager.checkUser("ann");
    expect((await closed)[0]).toBe(4401);
    expect([laptop.readyState, bob.readyState]).toEqual([WebSocket.OPEN, WebSocket.OPEN]);
  });
});

describe("the periodic check of all sockets", () => {
  it("closes the sockets of ended sessions and no others, even when the check of a session is slow", async () => {
    const slow = Promise.withResolvers<void>();
    let asked = 0;
    const authenticate: Authenticate = async (token, request) => {
      if (request?.safe !== true) return principal(token);
      asked += 1;
      if (token === "ann") await slow.promise;
      return byName(token);
    };
    start({ authenticate, bounds: { beatMs: 300, sessionLookMs: 300 } });
    const [ann, bob, gone] = [await open("ann"), await open("bob"), await open("ended")];
    const pings = { ann: 0, bob: 0 };
    ann.on("ping", () => (pings.ann += 1));
    bob.on("ping", () => (pings.bob += 1));
    await until(
      () => Math.min(pings.ann, pings.bob),
      (least) => least >= 3,
    );
    expect([asked, ann.readyState, bob.readyState]).toEqual([3, WebSocket.OPEN, WebSocket.OPEN]);
    slow.resolve();
    expect((await once(gone, "close"))[0]).toBe(4401);
    expect([ann.readyState, bob.readyState]).toEqual([WebSocket.OPEN, WebSocket.OPEN]);
  });
});
