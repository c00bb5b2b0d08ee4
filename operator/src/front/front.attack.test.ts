import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { Redis } from "ioredis";
import { afterAll, afterEach, describe, expect, inject, it } from "vitest";
import { eventually } from "../kubernetes/testing/eventually.ts";
import { type RunningFront, startFront } from "./testing/start-front.ts";

/** Loopback has sixteen million addresses. Each represents a pod. */
const attacker = "127.0.0.66";
const neighbour = "127.0.0.77";

const redis = inject("redisState");
const opened = new AsyncDisposableStack();
let sockets: Socket[] = [];

afterAll(() => opened.disposeAsync());
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
});

async function front(settings: Parameters<typeof startFront>[1] = {}): Promise<RunningFront> {
  const running = await startFront(redis.port, settings);
  opened.use(running);
  return running;
}

function open(port: number, localAddress: string): Socket {
  const socket = connect({ port, host: "127.0.0.1", localAddress }).on("error", () => {});
  sockets.push(socket);
  return socket;
}

function openMany(count: number, port: number, localAddress: string): Socket[] {
  return Array.from({ length: count }, () => open(port, localAddress));
}

const isOpen = (socket: Socket) => !socket.destroyed;

/** Resolves at the end of the connection, by a reset too. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => void socket.once("close", () => resolve()));
}

/** Logs in over TLS and gets an answer, as a tenant's pod does. */
async function served(port: number, localAddress: string): Promise<string> {
  const { username, password } = redis.operator;
  const tls = { ca: redis.ca, localAddress };
  const client = new Redis({
    host: "localhost",
    port,
    username,
    password,
    tls,
    lazyConnect: true,
    retryStrategy: () => null,
  });
  client.on("error", () => {});
  try {
    await client.connect();
    return await client.ping();
  } catch (error) {
    return (error as Error).message;
  } finally {
    client.disconnect();
  }
}

describe("a front that one address attacks", () => {
  it("gives the address its share of connections and no more, and serves others", async () => {
    const { port, metrics } = await front({
      connectionsPerSource: 16,
      newConnections: { perSecond: 500, burst: 500 },
    });
    openMany(400, port, attacker);
    await eventually("the surplus is refused", async () =>
      (await metrics()).includes('dotmac_front_refusals_total{reason="too-many-of-source"} 384'),
    );
    await eventually("the attacker has noticed", () => sockets.filter(isOpen).length === 16);
    expect(await served(port, attacker)).not.toBe("PONG");
    expect(await served(port, neighbour)).toBe("PONG");
  });

  it("does not pass silent connections to the server, and closes them soon", async () => {
    const sink = await startSink();
    const running = await startFront(sink.port, { firstByteTimeout: 300, reportsReadiness: false });
    opened.use(running);
    await Promise.all(openMany(16, running.port, attacker).map(closed));
    expect(await running.metrics()).toContain('dotmac_front_refusals_total{reason="no-first-byte"} 16');
    expect(sink.connections()).toBe(0);
    const speaking = open(running.port, attacker);
    speaking.write("hello");
    expect(String((await once(speaking, "data"))[0])).toBe("hello");
    expect(sink.connections()).toBe(1);
  });

  it("refuses a flood of new connections without connecting to the server", async () => {
    const { port, metrics } = await front({ newConnections: { perSecond: 5, burst: 20 } });
    let ended = 0;
    for (const socket of openMany(300, port, attacker)) {
      socket.on("connect", () => socket.end()).on("close", () => (ended += 1));
    }
    await eventually("the flood is over", () => ended === 300);
    const refused = Number(/reason="opened-too-fast"} (\d+)/.exec(await metrics())?.[1]);
    expect(refused).toBeGreaterThan(250);
    expect(await served(port, neighbour)).toBe("PONG");
  });

  it("accepts the bytes of all its connections together at the configured rate", async () => {
    const sink = await startSink();
    const running = await startFront(sink.port, {
      toServer: { perSecond: 256 * 1024, burst: 512 * 1024 },
    });
    opened.use(running);
    const begun = performance.now();
    for (const socket of openMany(8, running.port, attacker)) socket.write(Buffer.alloc(1024 * 1024));
    // Bytes beyond the burst take time. Each connection may exceed it by one read, 64 KiB.
    await eventually("a MiB has passed", () => sink.received() > 1024 * 1024);
    const seconds = (performance.now() - begun) / 1000;
    expect(sink.received()).toBeLessThan((512 + 8 * 64) * 1024 + 256 * 1024 * (seconds + 1));
  });

  it("delays the attacker's bytes alone, while a neighbour's bytes pass", async () => {
    const sink = await startSink();
    const running = await startFront(sink.port, { toServer: { perSecond: 1, burst: 64 * 1024 } });
    opened.use(running);
    for (const socket of openMany(8, running.port, attacker)) socket.write(Buffer.alloc(1024 * 1024));
    await eventually("the burst has passed", () => sink.received() >= 64 * 1024);
    const quick = open(running.port, neighbour);
    const answer = once(quick, "data");
    quick.write("hello");
    expect(String((await answer)[0])).toBe("hello");
    expect(sink.received()).toBeLessThan(8 * 1024 * 1024);
  });

  it("moves a place from the address with the most to an address with few, when all are taken", async () => {
    const { port, metrics } = await front({ connections: 64, connectionsPerSource: 16 });
    for (const address of ["127.0.0.61", "127.0.0.62", "127.0.0.63", attacker]) openMany(16, port, address);
    await eventually("all places are taken", async () =>
      (await metrics()).includes("dotmac_front_connections_open 64"),
    );
    expect(await served(port, neighbour)).toBe("PONG");
    expect(await metrics()).toContain('dotmac_front_refusals_total{reason="evicted"} 1');
  });

  it("logs its refusals once a minute, for each address, with the action to take", async () => {
    const { port, lines } = await front({ connectionsPerSource: 1 });
    openMany(50, port, attacker);
    await eventually("it was said", () => lines().includes("too-many-of-source"));
    openMany(50, port, neighbour);
    await eventually("it was said of both", () => lines().includes(neighbour));
    const refusals = lines()
      .split("\n")
      .filter((line) => line.includes('"refused"'))
      .map((line) => JSON.parse(line));
    expect(refusals.map(({ from, reason }) => `${from} ${reason}`)).toEqual([
      `${attacker} too-many-of-source`,
      `${neighbour} too-many-of-source`,
    ]);
    expect(refusals[0].why).toMatch(/close some, or reuse them/);
  });
});

describe("a front", () => {
  it("closes idle connections and connections that it cannot pass on", async () => {
    const sink = await startSink();
    const running = await startFront(sink.port, { idleTimeout: 300 });
    opened.use(running);
    const idle = open(running.port, neighbour).resume();
    idle.write("x");
    await closed(idle);
    expect(await running.metrics()).toContain('dotmac_front_connections_ended_total{end="idle"} 1');
    const nowhere = await startFront(1, {});
    opened.use(nowhere);
    const lost = open(nowhere.port, neighbour);
    lost.write("x");
    await closed(lost);
    expect(await nowhere.metrics()).toContain('dotmac_front_refusals_total{reason="server-unreachable"} 1');
    expect(await nowhere.ready()).toBe("503 the server at port 1 accepts no connection\n");
  });

  it("sends the client's address to a server that expects it", async () => {
    const sink = await startSink();
    const running = await startFront(sink.port, { proxyProtocol: true });
    opened.use(running);
    const socket = open(running.port, neighbour);
    socket.write("hello");
    const [answer] = await once(socket, "data");
    expect(String(answer)).toBe(
      `PROXY TCP4 ${neighbour} 127.0.0.1 ${socket.localPort} ${running.port}\r\nhello`,
    );
  });
});

/** Starts a server that counts connections and received bytes, and sends short texts back. */
async function startSink() {
  let received = 0;
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      received += chunk.length;
      if (chunk.length < 1024) socket.write(chunk);
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  opened.defer(() => void server.close());
  return {
    port: (server.address() as AddressInfo).port,
    received: () => received,
    connections: () => connections,
  };
}
