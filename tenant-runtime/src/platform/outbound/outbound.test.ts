import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createAuthority } from "../../../../harness/authority/authority.ts";
import {
  type EgressWorld,
  type RunningProxy,
  startEgressWorld,
} from "../../../../operator/src/egress/testing/egress-world.ts";
import { eventually } from "../../../../operator/src/kubernetes/testing/eventually.ts";
import { askProxy, type EgressSettings } from "./egress-tunnel.ts";
import { createOutbound, type Outbound } from "./outbound.ts";

const stranger = await createAuthority("Another authority");
const opened = new AsyncDisposableStack();
let world: EgressWorld;
let proxy: RunningProxy;
let plain: string;
let secure: string;
let redirecting: string;
let unlisted: string;
let closed: string;
let settings: EgressSettings;
let token: string;
let outbound: Outbound;

beforeAll(async () => {
  world = opened.use(await startEgressWorld());
  setDefaultCACertificates([...getCACertificates("default"), world.authority.certificate]);
  const { certificate: cert, key } = await world.authority.issue({ dnsNames: ["pay.example.com"] });
  plain = `http://pay.example.com:${await listening(createServer(echo))}`;
  secure = `https://pay.example.com:${await listening(createSecureServer({ cert, key }, echo))}`;
  unlisted = `http://pay.example.com:${await listening(createServer(echo))}`;
  closed = `http://pay.example.com:${await freedPort()}`;
  redirecting = `http://pay.example.com:${await listening(
    createServer((_request, response) => response.writeHead(307, { location: unlisted }).end()),
  )}`;
  const egress = [plain, secure, redirecting, "http://inside.example.com", closed];
  const namespace = await world.createTenant("north", { egress: egress.map(entryOf) });
  token = await world.token(namespace);
  proxy = opened.use(
    await world.startProxy({
      rule: (address) => (address === "127.0.0.2" ? undefined : "10.0.0.0/8 (private use, RFC 1918)"),
      resolve: async (name) => (name === "pay.example.com" ? ["127.0.0.2"] : ["10.0.0.1"]),
    }),
  );
  await eventually("the proxy is ready", async () => (await proxy.health()) === "200 ok\n");
});
afterAll(() => opened.disposeAsync());

beforeEach(async () => {
  const directory = await mkdtemp(join(tmpdir(), "dotmac-outbound-"));
  const tokenFile = join(directory, "token");
  await writeFile(tokenFile, `${token}\n`);
  settings = { host: "localhost", port: proxy.port, ca: () => proxy.ca, tokenFile };
  outbound = createOutbound(settings);
});
afterEach(async () => {
  await outbound.close();
  await rm(join(settings.tokenFile, ".."), { recursive: true });
});

const echo: RequestListener = async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  response.end(`${request.method} ${request.url} ${body}`);
};

async function listening(server: Server): Promise<number> {
  server.listen(0, "127.0.0.2");
  await once(server, "listening");
  opened.defer(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

async function freedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.2");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

function entryOf(url: string) {
  const { hostname: host, port } = new URL(url);
  return { host, port: Number(port || 80) };
}

/** The error of a fetch. */
async function failure(url: string, of: Outbound = outbound): Promise<Failure> {
  return of.fetch(url).then(
    () => new Error("it was reached"),
    (error: Failure) => error,
  );
}

type Failure = Error & { readonly code?: string };

describe("a request to the internet", () => {
  it.each([
    ["http", () => plain],
    ["https", () => secure],
  ])("goes through the egress proxy, by %s", async (_scheme, url) => {
    const response = await outbound.fetch(`${url()}/charge`, { method: "POST", body: "42 EUR" });
    expect([response.status, await response.text()]).toEqual([200, "POST /charge 42 EUR"]);
    expect(await proxy.metric("dotmac_egress_tunnels_opened_total")).toBeGreaterThan(0);
  });

  it("keeps its tunnels for later requests", async () => {
    const before = await proxy.metric("dotmac_egress_tunnels_opened_total");
    for (let sent = 0; sent < 10; sent += 1) await (await outbound.fetch(plain)).text();
    expect(await proxy.metric("dotmac_egress_tunnels_opened_total")).toBeLessThan(before + 4);
  });

  it("sends the token that the file holds at that time", async () => {
    await writeFile(settings.tokenFile, "expired");
    expect(await failure(plain)).toMatchObject({
      code: "OUTBOUND_UNREACHABLE",
      cause: { reason: "unauthenticated", message: expect.stringContaining("answered 407") },
    });
    await writeFile(settings.tokenFile, token);
    expect((await outbound.fetch(plain)).status).toBe(200);
  });

  it.each([
    ["is not listed", () => unlisted, "not-listed", "to spec.egress of the Tenant"],
    [
      "redirects to a target that is not listed",
      () => redirecting,
      "not-listed",
      "to spec.egress of the Tenant",
    ],
    [
      "has an internal address",
      () => "http://inside.example.com",
      "forbidden-address",
      "resolves to 10.0.0.1",
    ],
  ])("is refused when its target %s", async (_what, url, reason, words) => {
    expect(await failure(url())).toMatchObject({
      name: "AppError",
      code: "OUTBOUND_NOT_ALLOWED",
      status: 502,
      cause: { reason, message: expect.stringContaining(words) },
    });
  });

  it("reports a target that does not answer", async () => {
    expect(await failure(closed)).toMatchObject({
      code: "OUTBOUND_UNREACHABLE",
      status: 503,
      cause: { reason: "unreachable", message: expect.stringContaining("ECONNREFUSED 127.0.0.2") },
    });
  });

  it("reports a target that has the certificate of another host", async () => {
    const { certificate: cert, key } = await world.authority.issue({ dnsNames: ["other.example.com"] });
    const port = await listening(createSecureServer({ cert, key }, echo));
    const egress = [{ host: "pay.example.com", port }];
    const namespace = await world.createTenant("impostor", { egress });
    await writeFile(settings.tokenFile, await world.token(namespace));
    const error = await eventually("the proxy knows the tenant", async () => {
      const found = await failure(`https://pay.example.com:${port}`);
      return found.code === "OUTBOUND_UNREACHABLE" ? found : undefined;
    });
    expect(error.cause).toMatchObject({ code: "ERR_TLS_CERT_ALTNAME_INVALID" });
  });

  it.each([
    ["is not there", { port: 1 }, /ECONNREFUSED/],
    [
      "has a certificate of another authority",
      { ca: () => stranger.certificate },
      /unable to verify|self-signed/,
    ],
    ["cannot be asked without a token", { tokenFile: "/nowhere/token" }, /ENOENT.*\/nowhere\/token/],
  ])("reports a proxy that %s", async (_what, change, words) => {
    let told = 0;
    const lost = createOutbound({ ...settings, ...change }, () => (told += 1));
    expect(await failure(plain, lost)).toMatchObject({
      code: "OUTBOUND_UNREACHABLE",
      cause: { message: expect.stringMatching(words) },
    });
    expect(told).toBe(1);
    await lost.close();
  });

  it("is refused for every target without a proxy", async () => {
    const nowhere = createOutbound(undefined);
    expect(await failure(plain, nowhere)).toMatchObject({
      code: "OUTBOUND_NOT_ALLOWED",
      cause: { message: "the platform has no egress proxy" },
    });
    await nowhere.close();
  });

  it("rejects with the caller's own error, for a wrong address or an aborted signal", async () => {
    expect(await failure("no address")).toBeInstanceOf(TypeError);
    const signal = AbortSignal.abort(new Error("no longer wanted"));
    await expect(outbound.fetch(plain, { signal })).rejects.toThrow("no longer wanted");
  });
});

describe("a connection to the internet", () => {
  const targetOf = (url: string) => ({ host: "pay.example.com", port: Number(new URL(url).port) });

  it("goes through the egress proxy, and passes bytes both ways", async () => {
    const server = createTcpServer((socket) => socket.pipe(socket));
    server.listen(0, "127.0.0.2");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const namespace = await world.createTenant("caller", { egress: [{ host: "pay.example.com", port }] });
    await writeFile(settings.tokenFile, await world.token(namespace));
    const socket = await eventually("the proxy knows the tenant", () =>
      outbound.connect({ host: "pay.example.com", port }).catch(() => undefined),
    );
    socket.write("EHLO");
    const [bytes] = await once(socket, "data");
    expect(String(bytes)).toBe("EHLO");
    socket.destroy();
    server.close();
  });

  it.each([
    ["is not listed", () => targetOf(unlisted), "OUTBOUND_NOT_ALLOWED", "not-listed"],
    [
      "has an internal address",
      () => ({ host: "inside.example.com", port: 80 }),
      "OUTBOUND_NOT_ALLOWED",
      "forbidden-address",
    ],
    ["does not answer", () => targetOf(closed), "OUTBOUND_UNREACHABLE", "unreachable"],
  ])("is refused when its target %s", async (_what, target, code, reason) => {
    await expect(outbound.connect(target())).rejects.toMatchObject({ code, cause: { reason } });
  });

  it("reports a proxy that is not there, and is refused without one", async () => {
    let told = 0;
    const lost = createOutbound({ ...settings, port: 1 }, () => (told += 1));
    await expect(lost.connect(targetOf(plain))).rejects.toMatchObject({ code: "OUTBOUND_UNREACHABLE" });
    expect(told).toBe(1);
    const nowhere = createOutbound(undefined);
    await expect(nowhere.connect(targetOf(plain))).rejects.toMatchObject({ code: "OUTBOUND_NOT_ALLOWED" });
  });
});

describe("the check of the egress proxy", () => {
  it("succeeds when the proxy would serve", async () => {
    expect(await askProxy(settings)).toEqual({});
  });

  it("gives the reason when the proxy would not serve", async () => {
    await writeFile(settings.tokenFile, "expired");
    await expect(askProxy(settings)).rejects.toThrow(
      /answered 407 \(unauthenticated\): send Proxy-Authorization/,
    );
  });

  it("ends after a bounded time", async () => {
    const silent = createTcpServer(() => {}).listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { port } = silent.address() as AddressInfo;
    await expect(askProxy({ ...settings, port, answerTimeoutMs: 50 })).rejects.toThrow(
      "the egress proxy does not answer within 0.05 s",
    );
    silent.close();
  });
});
