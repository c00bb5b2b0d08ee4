import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { kinds, type Secret } from "../objects/kinds.ts";
import { type CountingClient, countingClient } from "../testing/api-server.ts";
import { KubernetesClient } from "./client.ts";
import { type ApiServerAccess, loadAccess } from "./credentials.ts";
import {
  AlreadyExists,
  Conflict,
  Gone,
  Invalid,
  KubernetesError,
  NotFound,
  Refused,
  Unreachable,
} from "./errors.ts";
import { readLines } from "./read-lines.ts";

const fieldManager = "test";
let counting: CountingClient;
let client: KubernetesClient;
const unique = () => `c-${randomBytes(4).toString("hex")}`;

beforeAll(() => {
  counting = countingClient(inject("kubernetes").kubeconfigPath);
  client = counting.client;
});

afterAll(() => client.close());

function configMap(name: string, data: Record<string, string> = {}) {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "default" }, data };
}

/** The KubernetesError of an attempt that must fail. */
async function failure(attempt: Promise<unknown>): Promise<KubernetesError> {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof KubernetesError) return error;
  throw new Error("a KubernetesError was expected", { cause: error });
}

describe("the client, against a real API server", () => {
  it("creates, reads, replaces, merges, lists and deletes", async () => {
    const name = unique();
    const created = await client.create(kinds.configMap, configMap(name, { a: "1" }), { fieldManager });
    await client.replace(kinds.configMap, { ...created, data: { a: "2" } }, { fieldManager });
    await client.merge(
      kinds.configMap,
      { namespace: "default", name },
      { data: { b: "3" } },
      { fieldManager },
    );
    const read = await client.get(kinds.configMap, { namespace: "default", name });
    expect(read).toMatchObject({ apiVersion: "v1", kind: "ConfigMap", data: { a: "2", b: "3" } });
    const fieldSelector = `metadata.name=${name}`;
    const [listed] = await client.listAll(kinds.configMap, { namespace: "default", fieldSelector });
    expect(listed).toEqual(read);
    await client.delete(kinds.configMap, { namespace: "default", name });
    expect(await failure(client.get(kinds.configMap, { namespace: "default", name }))).toBeInstanceOf(
      NotFound,
    );
  });

  it("reports errors with a type and the server's message", async () => {
    const name = unique();
    const created = await client.create(kinds.configMap, configMap(name), { fieldManager });
    const exists = await failure(client.create(kinds.configMap, configMap(name), { fieldManager }));
    expect(exists).toBeInstanceOf(AlreadyExists);
    expect(exists.message).toBe(`cannot create configmaps in default: configmaps "${name}" already exists`);
    const stale = { ...created, metadata: { ...created.metadata, resourceVersion: "1" } };
    expect(await failure(client.replace(kinds.configMap, stale, { fieldManager }))).toBeInstanceOf(Conflict);
    const wrong = await failure(client.create(kinds.configMap, configMap("Not A Name"), { fieldManager }));
    expect(wrong).toBeInstanceOf(Invalid);
    expect(wrong.message).toContain("metadata.name");
  });

  it("deletes only the object with the given uid", async () => {
    const name = unique();
    await client.create(kinds.configMap, configMap(name), { fieldManager });
    const uid = "00000000-0000-0000-0000-000000000000";
    const attempt = client.delete(kinds.configMap, { namespace: "default", name }, { uid });
    expect(await failure(attempt)).toBeInstanceOf(Conflict);
  });

  it("never repeats the values of a refused Secret", async () => {
    const secret: Secret = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: unique(), namespace: "default" },
      data: { password: "hunter2 is not base64!" },
    };
    const malformed = await failure(client.create(kinds.secret, secret, { fieldManager }));
    expect(malformed).toBeInstanceOf(Invalid);
    expect(JSON.stringify([malformed.message, malformed])).not.toContain("hunter2");
    const incomplete = { ...secret, type: "kubernetes.io/tls", data: { "tls.crt": "e30=" } };
    const named = await failure(client.create(kinds.secret, incomplete, { fieldManager }));
    expect(named.message).toContain("data[tls.key]");
  });

  it("counts each request by verb, resource and code", async () => {
    counting.requests.length = 0;
    await failure(client.get(kinds.configMap, { namespace: "default", name: "absent" }));
    await client.list(kinds.configMap, { namespace: "default", limit: 1 });
    expect(counting.requests).toEqual([
      { verb: "get", resource: "configmaps", code: 404, seconds: expect.any(Number) },
      { verb: "list", resource: "configmaps", code: 200, seconds: expect.any(Number) },
    ]);
  });

  it("refuses a name without its namespace before it sends a request", async () => {
    await expect(client.get(kinds.configMap, { name: "x" })).rejects.toThrow(
      "namespaced: give its namespace",
    );
    await expect(client.get(kinds.namespace, { name: "x", namespace: "y" })).rejects.toThrow(
      "not namespaced: give no namespace",
    );
  });

  it("is refused with wrong credentials, and reports it", async () => {
    const access = loadAccess({ kubeconfigPath: inject("kubernetes").kubeconfigPath });
    const impostor = new KubernetesClient({
      userAgent: "test",
      access: {
        ...access,
        credentials: async () => ({ ...(await access.credentials()), authorization: "Bearer no" }),
      },
    });
    const error = await failure(impostor.get(kinds.namespace, { name: "default" }));
    expect([error.constructor, error.code]).toEqual([Refused, 401]);
    await impostor.close();
  });
});

describe("the client, against a server that misbehaves", () => {
  /** Starts a plain HTTP server, for answers that a healthy API server does not give. */
  async function against(
    answer: (request: IncomingMessage, response: ServerResponse) => void,
    credentials: ApiServerAccess["credentials"] = async () => ({ tls: {}, authorization: undefined }),
  ) {
    const server = createServer(answer);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/prefix`;
    const tested = new KubernetesClient({
      access: { server: url, namespace: "default", credentials },
      userAgent: "test",
      requestTimeoutMs: 1000,
    });
    return {
      tested,
      [Symbol.asyncDispose]: async () => {
        await tested.close();
        server.closeAllConnections();
        server.close();
      },
    };
  }
  const ask = (tested: KubernetesClient) => tested.get(kinds.namespace, { name: "x" });

  it.each([
    [403, Refused],
    [410, Gone],
    [500, Refused],
    [503, Refused],
  ])("recognises a %i of a proxy by the proxy's own message", async (code, type) => {
    await using server = await against((_request, response) =>
      response.writeHead(code).end("<html>no</html>"),
    );
    const error = await failure(ask(server.tested));
    expect(error).toBeInstanceOf(type);
    expect(error.message).toBe(`cannot get Namespace x: the API server answered ${code}: <html>no</html>`);
  });

  it("returns the delay that an overloaded server asks for", async () => {
    await using server = await against((_request, response) =>
      response.writeHead(429, { "retry-after": "7" }).end('{"kind":"Status","reason":"TooManyRequests"}'),
    );
    const error = await failure(ask(server.tested));
    expect(error).toBeInstanceOf(Refused);
    expect([error.code, error.retryAfter]).toEqual([429, 7000]);
  });

  it("gives up on a server that does not answer in time", async () => {
    await using server = await against(() => {});
    expect(await failure(ask(server.tested))).toBeInstanceOf(Unreachable);
  });

  it("gives up on an answer that is not JSON or is cut short", async () => {
    await using server = await against((_request, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write('{"kind"', () => response.destroy());
    });
    expect(await failure(ask(server.tested))).toBeInstanceOf(Unreachable);
  });

  it("turns an error inside of a watch into its type", async () => {
    await using server = await against((_request, response) =>
      response.end(
        '{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}}\n',
      ),
    );
    const signal = AbortSignal.timeout(10_000);
    const options = { resourceVersion: "1", timeoutSeconds: 1, stallAfterMs: 1000, signal };
    const error = await failure(server.tested.watch(kinds.configMap, options).next());
    expect(error).toBeInstanceOf(Gone);
    expect(error.message).toBe("cannot watch configmaps: too old");
  });

  it("reads its credentials again after they were refused", async () => {
    const seen: (string | undefined)[] = [];
    let issued = 0;
    await using server = await against(
      ({ headers }, response) => {
        seen.push(headers.authorization);
        const known = headers.authorization === "Bearer 2";
        response.writeHead(known ? 200 : 401).end(known ? '{"metadata":{"name":"x"}}' : "{}");
      },
      async () => {
        issued += 1;
        return { tls: {}, authorization: `Bearer ${issued}` };
      },
    );
    const error = await failure(ask(server.tested));
    expect([error.constructor, error.code]).toEqual([Refused, 401]);
    expect(await ask(server.tested)).toMatchObject({ kind: "Namespace" });
    expect(seen).toEqual(["Bearer 1", "Bearer 2"]);
  });

  it("throws the reason of an aborted signal unchanged", async () => {
    await using server = await against(() => {});
    const reason = new Error("enough");
    const stop = new AbortController();
    const asking = server.tested.get(kinds.namespace, { name: "x" }, { signal: stop.signal });
    stop.abort(reason);
    await expect(asking).rejects.toBe(reason);
  });
});

describe("access", () => {
  it("refuses a kubeconfig with a proxy, and says what to do", async () => {
    const path = `${process.env.TMPDIR ?? "/tmp"}/${unique()}.kubeconfig`;
    const cluster = { server: "https://localhost:1", "proxy-url": "http://proxy" };
    await writeFile(
      path,
      JSON.stringify({
        clusters: [{ name: "c", cluster }],
        users: [{ name: "u", user: {} }],
        contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
        "current-context": "x",
      }),
    );
    expect(() => loadAccess({ kubeconfigPath: path })).toThrow("use a direct address");
  });
});

it("reads lines across the borders of chunks and characters", async () => {
  const bytes = Buffer.from('{"a":"ä"}\n\n{"b":"€"}\nrest');
  for (const size of [1, 2, 3, 7, 100]) {
    const chunks = async function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    };
    const lines: string[] = [];
    for await (const line of readLines(chunks())) lines.push(line);
    expect(lines).toEqual(['{"a":"ä"}', '{"b":"€"}']);
  }
});
