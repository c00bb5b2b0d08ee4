import { once } from "node:events";
import { connect } from "node:tls";
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { Agent } from "undici";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { vaultAudience } from "../vault/configure-vault.ts";
import { startVault, type Vault } from "./vault.ts";

const namespace = "isp-attacker-ffffffffff";
const login = "/v1/auth/kubernetes/login";
const lookup = "/v1/auth/token/lookup-self";

/** With a platform's limits. */
let vault: Vault;
/** The credentials of the attacker: the token of a pod, and the token that Vault gives for it. */
let jwt: string;
let token: string;

interface Sent {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly from?: string;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Sends one request with its path and headers unchanged. */
async function send(sent: Sent, address = vault.address): Promise<Answer> {
  const { method = "GET", path, headers = {}, body, from } = sent;
  const localAddress = from && { localAddress: from };
  const dispatcher = new Agent({ connect: { ca: vault.ca }, ...localAddress });
  const origin = from ? address.replace("localhost", "127.0.0.1") : address;
  const options = { origin, path, method: method as "GET", headers, body: body ?? null };
  const answer = await dispatcher.request(options);
  const text = await answer.body.text();
  await dispatcher.close();
  return { status: answer.statusCode, text };
}

const asRuntime = (): Record<string, string> => ({ "X-Vault-Token": token });
const loginBody = () => JSON.stringify({ role: "tenant-runtime", jwt });

/** The whole answer to bytes that are sent unchanged. */
async function sendRaw(bytes: string): Promise<string> {
  const port = Number(new URL(vault.address).port);
  const socket = connect({ port, host: "127.0.0.1", servername: "localhost", ca: vault.ca });
  let text = "";
  socket.on("error", () => {}).on("data", (data) => (text += String(data)));
  await once(socket, "secureConnect");
  socket.write(bytes);
  await once(socket, "close");
  return text;
}

beforeAll(async () => {
  vault = await startVault({ kubernetes: inject("kubernetes") });
  const config = new KubeConfig();
  config.loadFromFile(inject("kubernetes").kubeconfigPath);
  const core = config.makeApiClient(CoreV1Api);
  await core.createNamespace({ body: { metadata: { name: namespace } } });
  await core.createNamespacedServiceAccount({ namespace, body: { metadata: { name: "runtime" } } });
  const body = { spec: { audiences: [vaultAudience] } };
  const { status } = await core.createNamespacedServiceAccountToken({ namespace, name: "runtime", body });
  jwt = status?.token ?? "";
  const { text } = await send({ method: "POST", path: login, body: loginBody() });
  token = JSON.parse(text).auth.client_token;
});
afterAll(() => vault?.[Symbol.asyncDispose]());

describe("a request for a wrapped answer", () => {
  it.each(["X-Vault-Wrap-TTL", "x-vault-wrap-ttl", "X-VAULT-WRAP-TTL"])(
    "is refused with a token, by %s",
    async (header) => {
      const asked = { path: lookup, headers: { ...asRuntime(), [header]: "768h" } };
      // Only Vault itself stores the wrapped answer.
      expect(JSON.parse((await send(asked, vault.ownAddress)).text).wrap_info.ttl).toBe(768 * 3600);
      const { status, text } = await send(asked);
      expect(status).toBe(400);
      expect(JSON.parse(text).errors[0]).toContain("leave X-Vault-Wrap-TTL and X-Vault-Wrap-Format out");
      expect((await send({ path: lookup, headers: asRuntime() })).status).toBe(200);
    },
  );

  it("is refused at a login, where no policy applies", async () => {
    const asked = { method: "POST", path: login, body: loginBody(), headers: { "X-Vault-Wrap-TTL": "768h" } };
    expect(JSON.parse((await send(asked, vault.ownAddress)).text).wrap_info.ttl).toBe(768 * 3600);
    expect((await send(asked)).status).toBe(400);
    expect((await send({ ...asked, headers: {} })).status).toBe(200);
  });

  it.each([
    ["with a value that is empty", ""],
    ["with two values", "1h, 2h"],
  ])("is refused %s", async (_, value) => {
    const headers = { ...asRuntime(), "X-Vault-Wrap-TTL": value };
    expect((await send({ path: lookup, headers })).status).toBe(400);
  });

  it("is refused when it names only a format", async () => {
    const headers = { ...asRuntime(), "X-Vault-Wrap-Format": "jwt" };
    expect((await send({ path: lookup, headers })).status).toBe(400);
  });
});

describe("a path that neither runtimes nor the operator need", () => {
  it.each([
    ["PUT", "/v1/sys/generate-root/attempt"],
    ["DELETE", "/v1/sys/generate-root/attempt"],
    ["PUT", "/v1/sys/rekey/init"],
    ["DELETE", "/v1/sys/rekey/init"],
    ["DELETE", "/v1/sys/rekey-recovery-key/init"],
    ["PUT", "/v1/sys/unseal"],
    ["PUT", "/v1/sys/init"],
    ["PUT", "/v1/sys/wrapping/wrap"],
    ["POST", "/v1/sys/tools/random"],
    ["GET", "/v1/sys/seal-status"],
    ["GET", "/v1/identity/oidc/.well-known/keys"],
    ["GET", "/ui/"],
    ["POST", "/v1/sys/health"],
  ])("is refused: %s %s", async (method, path) => {
    const { status, text } = await send({ method, path, headers: asRuntime() });
    expect(status).toBe(403);
    expect(JSON.parse(text).errors[0]).toContain("expected a path that runtimes or the operator need");
  });

  it("is refused for a root token too, which Vault itself would accept", async () => {
    const root = { path: "/v1/sys/mounts", headers: { "X-Vault-Token": vault.rootToken } };
    expect((await send(root)).status).toBe(403);
    expect((await send(root, vault.ownAddress)).status).toBe(200);
  });

  it.each([
    "/v1/tenants/../sys/generate-root/attempt",
    "/v1/tenants/data/%2e%2e/%2e%2e/sys/generate-root/attempt",
    "/v1/tenants/data/x/..%2f..%2f..%2fsys/generate-root/attempt",
    "/v1//sys/generate-root/attempt",
    "/v1/%73ys/generate-root/attempt",
    "/v1/sys/health/../generate-root/attempt",
    "/v1/sys/health%00/generate-root/attempt",
    "/v1/auth/kubernetes/login/../../../sys/generate-root/attempt",
  ])("is refused in each spelling: %s", async (path) => {
    expect((await send({ path })).status).toBe(403);
  });

  it("is refused as an absolute URL in the request", async () => {
    const whole = (path: string) => {
      const host = new URL(vault.address).host;
      return `GET https://${host}${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
    };
    expect(await sendRaw(whole("/v1/sys/seal-status"))).toMatch(/^HTTP\/1.1 403 /);
    expect(await sendRaw(whole("/v1/sys/health"))).toMatch(/^HTTP\/1.1 200 /);
  });
});

it("a request with a namespace is refused, because this Vault uses none", async () => {
  const headers = { ...asRuntime(), "X-Vault-Namespace": "other" };
  const { status, text } = await send({ path: lookup, headers });
  expect(status).toBe(400);
  expect(JSON.parse(text).errors[0]).toContain("leave X-Vault-Namespace out");
});

describe("a request that is too large", () => {
  it.each([
    ["in its head", 431, { "X-Filler": "x".repeat(8_500) }, "{}"],
    ["in its body", 413, {}, "x".repeat(16_385)],
    ["because it says no length", 411, { "Transfer-Encoding": "chunked" }, "2\r\n{}\r\n0\r\n\r\n"],
  ] as const)("%s is refused with %i", async (_, expected, headers, body) => {
    const lines = Object.entries({
      Host: "localhost",
      Connection: "close",
      ...("Transfer-Encoding" in headers ? {} : { "Content-Length": body.length }),
      ...headers,
    }).map(([name, value]) => `${name}: ${value}`);
    const answer = await sendRaw([`POST ${login} HTTP/1.1`, ...lines, "", body].join("\r\n"));
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${expected} `));
  });

  it("is refused only beyond the bounds", async () => {
    const body = JSON.stringify({ role: "tenant-runtime", jwt, filler: "" });
    const filled = body.replace('""', `"${"x".repeat(16_384 - body.length)}"`);
    const headers = { "X-Filler": "x".repeat(7_900) };
    expect((await send({ method: "POST", path: login, body: filled, headers })).status).toBe(200);
  });
});

it("HTTP/2, with its many requests on one connection, is refused with and without ALPN", async () => {
  const settings = "\0\0\0\x04\0\0\0\0\0";
  const answer = await sendRaw(`PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${settings}`);
  expect(answer).toMatch(/^HTTP\/1.1 400 /);
});

describe("bytes that are not a valid request", () => {
  it.each([
    ["without a method", "GARBAGE\r\n\r\n"],
    ["with a header without a colon", "GET /v1/sys/health HTTP/1.1\r\nBad Header\r\n\r\n"],
    ["with a NUL in the path", "GET /v1/sys/health\0 HTTP/1.1\r\n\r\n"],
    ["with two hosts", "GET /v1/sys/health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"],
    [
      "with two lengths",
      `POST ${login} HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}`,
    ],
    [
      "with chunks that are none",
      `POST ${login} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
    ],
    ["with a head beyond its memory", `GET /v1/sys/health HTTP/1.1\r\nX: ${"x".repeat(40_000)}\r\n\r\n`],
  ])("%s are refused with 400, and the connection ends", async (_, bytes) => {
    // HAProxy's parser answers these itself, in HTML, independent of its configuration.
    expect(await sendRaw(bytes)).toMatch(
      /^HTTP\/1.1 400 Bad request\r\n[^<]*<html><body><h1>400 Bad request<\/h1>/,
    );
  });
});

it("a request that does not end is refused before it reaches Vault", async () => {
  const lines = [`POST ${login} HTTP/1.1`, "Host: localhost", "Content-Length: 16000", "", "{"];
  const answer = await sendRaw(lines.join("\r\n"));
  expect(answer).toMatch(/^HTTP\/1.1 408 /);
  // Vault would answer a missing body with another message, after 10 s.
  expect(answer).toContain("the request took longer than 5 s to arrive");
}, 15_000);

it("an address that floods cannot hide behind forwarding headers", async () => {
  const flood = await Promise.all(
    Array.from({ length: 60 }, (_, index) =>
      send({
        method: "POST",
        path: login,
        body: loginBody(),
        from: "127.0.0.68",
        headers: {
          "X-Forwarded-For": index % 2 ? "127.0.0.69" : `10.0.0.${index}`,
          Forwarded: "for=10.1.1.1",
        },
      }),
    ),
  );
  expect(flood.filter(({ status }) => status === 429).length).toBeGreaterThan(20);
  const neighbour = { method: "POST", path: login, body: loginBody(), from: "127.0.0.69" };
  expect((await send(neighbour)).status).toBe(200);
});
