import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect as connectTcp, type Socket } from "node:net";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { connect as connectTls } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadAccess } from "../kubernetes/client/credentials.ts";
import { eventually } from "../kubernetes/testing/eventually.ts";
import { startFaultProxy } from "../kubernetes/testing/fault-proxy.ts";
import { type AddressRule, internetOnly } from "./addresses/address-rule.ts";
import type { Resolve } from "./addresses/resolve-target.ts";
import { askProxy, connectThrough, secure, sendRaw } from "./testing/connect-through.ts";
import { type EgressWorld, type RunningProxy, startEgressWorld } from "./testing/egress-world.ts";
import {
  type OutsideServer,
  startOutside,
  startSecureEcho,
  startSilence,
} from "./testing/outside-servers.ts";

/** Loopback addresses from 127.0.0.2 on represent the internet. All other rules are those of a cluster. */
const strict = internetOnly({ clusterRanges: [], standsForInternet: [] });
const rule: AddressRule = (address) => (/^127\.0\.0\.[2-9]$/.test(address) ? undefined : strict(address));

const hosts: Record<string, readonly string[]> = {
  "pay.example.com": ["127.0.0.2"],
  "two.example.com": ["127.0.0.9", "127.0.0.2"],
  "inside.example.com": ["10.96.0.1"],
  "mixed.example.com": ["127.0.0.2", "127.0.0.1"],
  "nowhere.example.com": [],
  "absurd.example.com": ["no address"],
};
const resolve: Resolve = async (name) => {
  const found = hosts[name];
  if (found === undefined) throw new Error("queryA ESERVFAIL");
  return found;
};

let world: EgressWorld;
let proxy: RunningProxy;
let echo: OutsideServer;
let silence: Awaited<ReturnType<typeof startSilence>>;
let closedPort: number;
let north: string;
let token: string;

beforeAll(async () => {
  world = await startEgressWorld();
  echo = await startSecureEcho("127.0.0.2", { authority: world.authority, name: "pay.example.com" });
  silence = await startSilence("127.0.0.2");
  closedPort = await freedPort();
  north = await world.createTenant("north", { egress: northEgress() });
  token = await world.token(north);
  proxy = await world.startProxy({ resolve, rule, config: { halfClosedTimeout: 200 } });
  await eventually("the proxy is ready", async () => (await proxy.health()) === "200 ok\n");
});

afterAll(async () => {
  await proxy?.[Symbol.asyncDispose]();
  await echo?.[Symbol.asyncDispose]();
  await silence?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

function northEgress() {
  const listed = Object.keys(hosts).map((host) => ({ host, port: echo.port }));
  return [
    ...listed,
    { host: "broken.example.com", port: 443 },
    { host: "pay.example.com", port: closedPort },
    { host: "pay.example.com", port: silence.port },
  ];
}

async function freedPort(): Promise<number> {
  await using server = await startOutside("127.0.0.2", () => {});
  return server.port;
}

/** Sends a line through a tunnel and returns the answer of the echo server. */
async function echoed(socket: Socket): Promise<string> {
  const inner = await secure(socket, { ca: world.authority.certificate, name: "pay.example.com" });
  inner.end("hello");
  return text(inner);
}

/** The log lines about ended tunnels of a tenant. */
function ends(tenant: string, { lines } = proxy) {
  return lines.filter((line) => line.message === "tunnel ended" && line.tenant === tenant);
}

/** Creates a tenant that may reach this port, waits until the proxy knows it, and returns its token. */
async function tenantReaching(name: string, port: number, through = proxy): Promise<string> {
  const egress = [{ host: "pay.example.com", port }];
  const own = await world.token(await world.createTenant(name, { egress }));
  await eventually(`the proxy knows ${name}`, async () => {
    const { headers } = await connectThrough(through, "unlisted.example.com:1", own);
    return headers["dotmac-egress-refusal"] === "not-listed";
  });
  return own;
}

describe("a target in a tenant's spec", () => {
  it("is reached by name, and the tenant verifies the target's certificate", async () => {
    const { status, socket } = await connectThrough(proxy, `pay.example.com:${echo.port}`, token);
    expect(status).toBe(200);
    expect(await echoed(socket)).toBe("hello");
  });

  it("is reached at its next address when the first refuses", async () => {
    const { status, socket } = await connectThrough(proxy, `two.example.com:${echo.port}`, token);
    expect(status).toBe(200);
    expect(await echoed(socket)).toBe("hello");
  });

  it("is resolved once, and the proxy connects to the checked address", async () => {
    let asked = 0;
    const rebinding: Resolve = async () => (asked++ === 0 ? ["127.0.0.2"] : ["127.0.0.1"]);
    await using other = await world.startProxy({ resolve: rebinding, rule });
    await eventually("it is ready", async () => (await other.health()) === "200 ok\n");
    const { status, socket } = await connectThrough(other, `pay.example.com:${echo.port}`, token);
    expect(status).toBe(200);
    expect(await echoed(socket)).toBe("hello");
    expect(asked).toBe(1);
    const second = await connectThrough(other, `pay.example.com:${echo.port}`, token);
    expect(second).toMatchObject({ status: 403, headers: { "dotmac-egress-refusal": "forbidden-address" } });
  });

  it("is logged with tenant, target, bytes and duration, and never with a token", async () => {
    const { socket } = await connectThrough(proxy, `pay.example.com:${echo.port}`, token);
    await echoed(socket);
    const line = await proxy.line(({ message, tenant }) => message === "tunnel ended" && tenant === "north");
    expect(line).toMatchObject({
      tenant: "north",
      host: "pay.example.com",
      port: echo.port,
      address: "127.0.0.2",
      end: "closed",
      sent: expect.any(Number),
      received: expect.any(Number),
      seconds: expect.any(Number),
    });
    expect(line.sent).toBeGreaterThan(200);
    expect(line.received).toBeGreaterThan(200);
    const [, claims = "", signature = ""] = token.split(".");
    expect(JSON.stringify(proxy.lines)).not.toContain(claims);
    expect(JSON.stringify(proxy.lines)).not.toContain(signature);
  });
});

describe("a refused request", () => {
  it.each<[reason: string, status: number, target: () => string, words: string]>([
    ["not-listed", 403, () => "example.org:443", 'add {host: "example.org", port: 443} to spec.egress'],
    ["not-listed", 403, () => "pay.example.com:1", "of this host only port"],
    ["not-listed", 403, () => "93.184.215.14:80", 'add {host: "93.184.215.14", port: 80} to spec.egress'],
    [
      "forbidden-address",
      403,
      () => "169.254.169.254:80",
      "169.254.169.254 is in 169.254.0.0/16 (link local",
    ],
    ["forbidden-address", 403, () => "[::ffff:10.96.0.1]:443", "is in 10.0.0.0/8"],
    [
      "forbidden-address",
      403,
      () => `inside.example.com:${echo.port}`,
      "resolves to 10.96.0.1, which is in 10.0.0.0/8",
    ],
    ["forbidden-address", 403, () => `mixed.example.com:${echo.port}`, "resolves to 127.0.0.1"],
    ["internal", 500, () => `absurd.example.com:${echo.port}`, "read its log"],
    ["unresolved", 502, () => `nowhere.example.com:${echo.port}`, "there is no host nowhere.example.com"],
    ["unresolved", 502, () => "broken.example.com:443", "ESERVFAIL"],
    ["unreachable", 502, () => `pay.example.com:${closedPort}`, "ECONNREFUSED 127.0.0.2"],
  ])("gets the reason: %s %i", async (reason, status, target, words) => {
    const before = await proxy.metric(`dotmac_egress_refusals_total{reason="${reason}"}`);
    const answer = await connectThrough(proxy, target(), token);
    expect(answer).toMatchObject({
      status,
      headers: { "dotmac-egress-refusal": reason, connection: "close" },
      body: expect.stringContaining(words),
    });
    expect(await proxy.metric(`dotmac_egress_refusals_total{reason="${reason}"}`)).toBe((before || 0) + 1);
    const said = await proxy.line((line) => line.reason === reason && line.target === target());
    expect(said).toMatchObject({ tenant: "north", from: expect.stringContaining("127.0.0.1") });
  });

  it("leaves no tunnel open or waiting", async () => {
    await using narrow = await world.startProxy({ resolve, rule, config: { tunnelsPerTenant: 1 } });
    await eventually("it is ready", async () => (await narrow.health()) === "200 ok\n");
    for (const host of ["absurd", "inside", "nowhere"]) {
      expect((await connectThrough(narrow, `${host}.example.com:${echo.port}`, token)).status).not.toBe(429);
    }
    expect((await connectThrough(narrow, `pay.example.com:${closedPort}`, token)).status).toBe(502);
    expect((await connectThrough(narrow, `pay.example.com:${echo.port}`, token)).status).toBe(200);
    expect((await connectThrough(narrow, `pay.example.com:${echo.port}`, token)).status).toBe(429);
  });

  it("gets an error when the target does not answer", async () => {
    await using hasty = await world.startProxy({ resolve, rule, config: { connectTimeout: 200 } });
    await eventually("it is ready", async () => (await hasty.health()) === "200 ok\n");
    const answer = await connectThrough(hasty, `pay.example.com:${silence.port}`, token);
    expect(answer).toMatchObject({
      status: 504,
      headers: { "dotmac-egress-refusal": "timed-out" },
      body: `pay.example.com:${silence.port} does not answer within 0.2 s\n`,
    });
  });

  it.each<[what: string, token: () => Promise<string | undefined>]>([
    ["no token", async () => undefined],
    ["something that is no token", async () => "x"],
    ["a token that was never issued", async () => `${token.slice(0, -6)}AAAAAA`],
    ["a token for another service", () => world.token(north, "runtime", "vault")],
    ["an administrator's token", async () => world.kubernetes.adminToken],
  ])("must show another token, with %s", async (_what, given) => {
    const answer = await connectThrough(proxy, `pay.example.com:${echo.port}`, await given());
    expect(answer).toMatchObject({
      status: 407,
      headers: { "dotmac-egress-refusal": "unauthenticated", "proxy-authenticate": 'Bearer realm="egress"' },
      body: expect.stringContaining('of the audience "egress"'),
    });
  });

  it("may come from another account than the runtime's", async () => {
    const migrator = await world.token(north, "migrator");
    expect(await connectThrough(proxy, `pay.example.com:${echo.port}`, migrator)).toMatchObject({
      status: 403,
      headers: { "dotmac-egress-refusal": "not-a-runtime" },
      body: expect.stringContaining(`system:serviceaccount:${north}:migrator is no tenant's runtime`),
    });
  });

  it("may come from a namespace without a tenant", async () => {
    const stranger = await world.token("default");
    expect(await connectThrough(proxy, `pay.example.com:${echo.port}`, stranger)).toMatchObject({
      status: 403,
      headers: { "dotmac-egress-refusal": "unknown-tenant" },
      body: expect.stringContaining('namespace "default" belongs to no Tenant'),
    });
  });

  it("may come from a tenant with fewer targets than another", async () => {
    const south = await tenantReaching("south", silence.port);
    const answer = await connectThrough(proxy, `pay.example.com:${echo.port}`, south);
    expect(answer.body).toContain('tenant "south" may not reach');
    expect((await connectThrough(proxy, `pay.example.com:${echo.port}`, token)).status).toBe(200);
  });

  it("may come from a suspended tenant, which is allowed again afterwards", async () => {
    const west = await tenantReaching("west", echo.port);
    const answered = async (reason: string | undefined) => {
      const { headers, socket } = await connectThrough(proxy, `pay.example.com:${echo.port}`, west);
      socket.destroy();
      return headers["dotmac-egress-refusal"] === reason;
    };
    await world.changeTenant("west", { suspended: true });
    await eventually("it is refused", () => answered("suspended"));
    await world.changeTenant("west", { suspended: false });
    await eventually("it is allowed", () => answered(undefined));
  });

  it("may come from a tenant that is being deleted", async () => {
    const east = await tenantReaching("east", echo.port);
    const path = "/apis/dotmac.io/v1alpha1/tenants/east";
    await world.api.send("PATCH", path, { metadata: { finalizers: ["dotmac.io/tenant"] } });
    await world.api.send("DELETE", path);
    const refusal = async () =>
      (await connectThrough(proxy, `pay.example.com:${echo.port}`, east)).headers["dotmac-egress-refusal"];
    await eventually("it is refused", async () => (await refusal()) === "deleting");
    await world.api.send("PATCH", path, { metadata: { finalizers: [] } });
    await eventually("it is unknown", async () => (await refusal()) === "unknown-tenant");
  });

  it("is disconnected after a while when the client does not disconnect", async () => {
    const tcp = connectTcp({ host: "127.0.0.1", port: proxy.port, allowHalfOpen: true });
    const held = connectTls({ socket: tcp, servername: "localhost", ca: proxy.ca });
    held.write("CONNECT example.org:443 HTTP/1.1\r\nHost: x\r\n\r\n");
    expect(await text(held)).toMatch(/^HTTP\/1\.1 407 /);
    const noise = setInterval(() => held.write("x"), 100);
    await once(held, "close").catch(() => {});
    clearInterval(noise);
    expect(held.destroyed).toBe(true);
  });

  it("may come from a client that is gone when the target answers, and the target is disconnected too", async () => {
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<readonly string[]>();
    const slowly: Resolve = () => {
      asked.resolve();
      return answer.promise;
    };
    await using slow = await world.startProxy({ resolve: slowly, rule });
    await eventually("it is ready", async () => (await slow.health()) === "200 ok\n");
    const impatient = connectTls({ host: "localhost", port: slow.port, ca: slow.ca });
    impatient.write(
      `CONNECT pay.example.com:${echo.port} HTTP/1.1\r\nHost: x\r\nProxy-Authorization: Bearer ${token}\r\n\r\n`,
    );
    await asked.promise;
    impatient.destroy();
    answer.resolve(["127.0.0.2"]);
    await eventually("the tunnel ended", () => ends("north", slow).length === 1);
    expect(await slow.metric("dotmac_egress_tunnels_open")).toBe(0);
  });

  it("has no target", async () => {
    const answer = await sendRaw(
      proxy,
      `CONNECT example.com:0 HTTP/1.1\r\nHost: x\r\nProxy-Authorization: Bearer ${token}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(answer).toContain(
      '"example.com:0" is not a valid target: write CONNECT with a host name and a port',
    );
  });

  it.each(["GET", "POST"])("has another method than CONNECT: %s", async (method) => {
    const headers = { "Proxy-Authorization": `Bearer ${token}` };
    expect(await askProxy(proxy, method, "http://pay.example.com/", headers)).toMatchObject({
      status: 405,
      headers: { allow: "CONNECT, OPTIONS", "dotmac-egress-refusal": "method-not-allowed" },
      body: expect.stringContaining("serves only CONNECT"),
    });
  });

  it("can be checked with OPTIONS before it is sent", async () => {
    const headers = { "Proxy-Authorization": `Bearer ${token}` };
    expect(await askProxy(proxy, "OPTIONS", "*", headers)).toMatchObject({ status: 204, body: "" });
    expect(await askProxy(proxy, "OPTIONS", "*")).toMatchObject({ status: 407 });
  });
});

describe("a tunnel", () => {
  /** Opens a tenant's tunnel to a server that the test serves itself. */
  async function tunnelTo(serve: (socket: Socket) => void, tenant: string, through = proxy) {
    const server = await startOutside("127.0.0.2", serve);
    const own = await tenantReaching(tenant, server.port, through);
    const { status, socket, tcp } = await connectThrough(through, `pay.example.com:${server.port}`, own);
    expect(status).toBe(200);
    socket.on("error", () => {});
    return {
      server,
      socket,
      tcp,
      own,
      ended: () => eventually("the tunnel ended", () => ends(tenant, through)[0]),
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  }

  it("lets one side end its stream and still receive", async () => {
    await using tunnel = await tunnelTo(async (outside) => {
      outside.end(`heard ${await text(outside)}`);
    }, "half");
    tunnel.socket.end("the question");
    expect(await text(tunnel.socket)).toBe("heard the question");
    expect(await tunnel.ended()).toMatchObject({ end: "closed", sent: 12, received: 18 });
  });

  it("lets the other side end its stream first", async () => {
    const heard = Promise.withResolvers<string>();
    await using tunnel = await tunnelTo((outside) => {
      outside.end("greeting");
      heard.resolve(text(outside));
    }, "greeter");
    expect(await text(tunnel.socket)).toBe("greeting");
    tunnel.socket.end("answer");
    expect(await heard.promise).toBe("answer");
    expect(await tunnel.ended()).toMatchObject({ end: "closed" });
  });

  it("slows the sender while the receiver does not read, and loses nothing", async () => {
    const block = randomBytes(1 << 20);
    const blocks = 64;
    await using tunnel = await tunnelTo((outside) => {
      Readable.from(Array.from({ length: blocks }, () => block)).pipe(outside);
    }, "slow-reader");
    let seen = 0;
    let still = 0;
    await eventually("nothing moves for ten looks", () => {
      const now = tunnel.server.sockets[0]?.bytesWritten ?? 0;
      still = now > 0 && now === seen ? still + 1 : 0;
      seen = now;
      return still === 10;
    });
    expect(seen).toBeLessThan(32 << 20);
    const hash = createHash("sha256");
    for await (const chunk of tunnel.socket) hash.update(chunk as Buffer);
    const expected = createHash("sha256");
    for (let sent = 0; sent < blocks; sent += 1) expected.update(block);
    expect(hash.digest("hex")).toBe(expected.digest("hex"));
    expect(await tunnel.ended()).toMatchObject({ received: blocks << 20 });
  });

  it("is cut as soon as its target is removed from the spec", async () => {
    await using tunnel = await tunnelTo((outside) => outside.resume(), "withdrawn");
    await world.changeTenant("withdrawn", { egress: [] });
    expect(await tunnel.ended()).toMatchObject({ end: "withdrawn" });
    await eventually("both sides are closed", () => isOver(tunnel));
    expect(await proxy.metric('dotmac_egress_tunnels_ended_total{end="withdrawn"}')).toBe(1);
  });

  it("goes on while other parts of the spec change", async () => {
    await using tunnel = await tunnelTo((outside) => outside.pipe(outside), "unchanged");
    const egress = [
      { host: "pay.example.com", port: tunnel.server.port },
      { host: "other.example.com", port: 1 },
    ];
    await world.changeTenant("unchanged", { displayName: "Another name", egress });
    await eventually("the proxy has seen the change", async () => {
      return (await connectThrough(proxy, "other.example.com:1", tunnel.own)).status === 502;
    });
    tunnel.socket.end("still here");
    expect(await text(tunnel.socket)).toBe("still here");
  });

  it.each([
    ["nothing passes for long", { idleTimeout: 50 }, (_: Socket) => {}],
    [
      "one side has ended and the other says nothing",
      { halfClosedTimeout: 50 },
      (socket: Socket) => socket.end(),
    ],
  ])("is cut when %s", async (_what, config, act) => {
    await using impatient = await world.startProxy({ resolve, rule, config });
    const [name] = Object.keys(config);
    await using tunnel = await tunnelTo((outside) => outside.resume(), String(name).toLowerCase(), impatient);
    act(tunnel.socket);
    expect(await tunnel.ended()).toMatchObject({ end: "idle", sent: 0, received: 0 });
    await eventually("both sides are closed", () => isOver(tunnel));
  });

  it.each(["the outside", "the tenant"])("ends when %s resets its connection", async (who) => {
    await using tunnel = await tunnelTo((outside) => outside.resume(), who.replace(" ", "-"));
    const one = who === "the outside" ? tunnel.server.sockets[0] : tunnel.tcp;
    one?.resetAndDestroy();
    expect(await tunnel.ended()).toMatchObject({ end: "broken" });
    await eventually("both sides are closed", () => isOver(tunnel));
  });

  it("counts against the limit of its own tenant only", async () => {
    await using narrow = await world.startProxy({ resolve, rule, config: { tunnelsPerTenant: 2 } });
    await eventually("it is ready", async () => (await narrow.health()) === "200 ok\n");
    const target = `pay.example.com:${echo.port}`;
    const greedy = await tenantReaching("greedy", echo.port);
    const held = [await connectThrough(narrow, target, greedy), await connectThrough(narrow, target, greedy)];
    expect(await connectThrough(narrow, target, greedy)).toMatchObject({
      status: 429,
      headers: { "dotmac-egress-refusal": "too-many-tunnels", "retry-after": "5" },
      body: expect.stringContaining('tenant "greedy" has reached its limit of connections to the outside'),
    });
    expect((await connectThrough(narrow, target, token)).status).toBe(200);
    expect(await narrow.metric("dotmac_egress_tunnels_open")).toBe(3);
    held[0]?.socket.destroy();
    await eventually(
      "a place is free",
      async () => (await connectThrough(narrow, target, greedy)).status === 200,
    );
  });
});

/** Whether both ends of a tunnel have closed. */
function isOver({ socket, server }: { socket: Socket; server: OutsideServer }): boolean {
  return [socket.resume(), ...server.sockets].every((end) => end.readableEnded || end.destroyed);
}

describe("the proxy", () => {
  it("closes connections of one address beyond its share before it reads them", async () => {
    await using narrow = await world.startProxy({ resolve, rule, config: { connectionsPerAddress: 2 } });
    await eventually("it is ready", async () => (await narrow.health()) === "200 ok\n");
    const held = [connectTcp(narrow.port, "127.0.0.1"), connectTcp(narrow.port, "127.0.0.1")];
    for (const socket of held) await once(socket, "connect");
    const third = connectTcp(narrow.port, "127.0.0.1");
    await once(third.resume(), "close");
    expect(await narrow.metric("dotmac_egress_connections_dropped_total")).toBe(1);
    for (const socket of held) socket.resetAndDestroy();
    await eventually("there is room again", async () => {
      const { status, socket } = await connectThrough(narrow, `pay.example.com:${echo.port}`, token).catch(
        () => ({ status: 0, socket: undefined }),
      );
      socket?.destroy();
      return status === 200;
    });
  });

  it("refuses all requests with the reason until it knows the tenants", async () => {
    await using way = await startFaultProxy(world.kubernetes.url);
    way.refuse(true);
    const access = loadAccess({ kubeconfigPath: world.kubernetes.kubeconfigPath });
    await using early = await world.startProxy({ resolve, rule, access: { ...access, server: way.url } });
    expect(await early.health()).toBe("503 waiting for the first list of tenants\n");
    expect(await connectThrough(early, `pay.example.com:${echo.port}`, token)).toMatchObject({
      status: 503,
      headers: { "dotmac-egress-refusal": "not-ready", "retry-after": "5" },
    });
    expect(await early.metric("dotmac_egress_watch_failures_total")).toBeGreaterThan(0);
    way.refuse(false);
    await eventually("it is ready", async () => (await early.health()) === "200 ok\n");
    expect((await connectThrough(early, `pay.example.com:${echo.port}`, token)).status).toBe(200);
  });

  it("accepts known tokens while the API server is away, and answers new ones that it cannot check them", async () => {
    await using way = await startFaultProxy(world.kubernetes.url);
    const access = loadAccess({ kubeconfigPath: world.kubernetes.kubeconfigPath });
    await using cut = await world.startProxy({ resolve, rule, access: { ...access, server: way.url } });
    await eventually("it is ready", async () => (await cut.health()) === "200 ok\n");
    const target = `pay.example.com:${echo.port}`;
    expect((await connectThrough(cut, target, token)).status).toBe(200);
    const another = await world.token(north);
    way.refuse(true);
    way.cut();
    expect((await connectThrough(cut, target, token)).status).toBe(200);
    expect(await connectThrough(cut, target, another)).toMatchObject({
      status: 503,
      headers: { "dotmac-egress-refusal": "cannot-check-token" },
      body: expect.stringContaining("does not answer, so the token cannot be checked: try again shortly"),
    });
  });

  it("lets open tunnels end when it is stopped, and accepts no new ones", async () => {
    const stopped = await world.startProxy({ resolve, rule, config: { drain: 20_000 } });
    await eventually("it is ready", async () => (await stopped.health()) === "200 ok\n");
    const { socket } = await connectThrough(stopped, `pay.example.com:${echo.port}`, token);
    const end = stopped.stop();
    await eventually("it listens no more", () =>
      connectThrough(stopped, `pay.example.com:${echo.port}`, token).then(
        (answer) => answer.socket.destroy() && false,
        () => true,
      ),
    );
    expect(await stopped.health()).toBe("503 stopping\n");
    expect(await echoed(socket)).toBe("hello");
    await end;
  });

  it("cuts the tunnels that do not end in time", async () => {
    const stopped = await world.startProxy({ resolve, rule, config: { drain: 50 } });
    await eventually("it is ready", async () => (await stopped.health()) === "200 ok\n");
    const { socket } = await connectThrough(stopped, `pay.example.com:${echo.port}`, token);
    await stopped.stop();
    await eventually("the client sees it", () => socket.resume().readableEnded);
    expect(await stopped.line(({ message }) => message === "tunnel ended")).toMatchObject({
      end: "stopping",
    });
  });
});
