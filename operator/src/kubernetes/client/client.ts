import { createHash } from "node:crypto";
import { Agent, type Dispatcher } from "undici";
import { Turns } from "../../../../process/turns.ts";
import { BodyTooLarge, readBody } from "../../base/read-body.ts";
import type { ApiServerAccess, Credentials } from "./credentials.ts";
import { errorFromStatus, KubernetesError, type Status, TooLarge, Unreachable } from "./errors.ts";
import type { Kind, KubernetesObject, ObjectName } from "./object.ts";
import { readLines } from "./read-lines.ts";

/** The measurement of one request, for metrics. It never holds a name or a body. */
export interface RequestObservation {
  readonly verb: Verb;
  /** The plural, with the subresource: `deployments`, `tenants/status`. */
  readonly resource: string;
  /** The HTTP status, or 0 when there was no answer. */
  readonly code: number;
  readonly seconds: number;
}

export type Verb = "get" | "list" | "watch" | "create" | "replace" | "apply" | "patch" | "delete";

export interface ClientOptions {
  readonly access: ApiServerAccess;
  /** Sent as User-Agent, and shown in the API server's audit log. */
  readonly userAgent: string;
  /** Requests in flight at once; watches are not counted. Default 16. */
  readonly connections?: number;
  /** Default 30 s; watches have their own. */
  readonly requestTimeoutMs?: number;
  readonly observe?: (observation: RequestObservation) => void;
}

export interface Page<T> {
  readonly items: T[];
  readonly resourceVersion: string;
  readonly continue: string | undefined;
}

export interface ListOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly limit?: number;
  readonly continue?: string;
  readonly resourceVersion?: string;
  /** Lists only the metadata of each object, as PartialObjectMetadata. */
  readonly metadataOnly?: boolean;
  /** Limit of the answer in bytes. A larger one is not read: TooLarge. */
  readonly mostBytes?: number;
  readonly signal?: AbortSignal;
}

export interface PagesOptions extends Omit<ListOptions, "continue"> {
  /** Limit of a page with several objects in bytes, default 2 MiB. */
  readonly pageBytes?: number;
}

export interface WatchOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly resourceVersion: string;
  /** Time after which the server ends the watch. */
  readonly timeoutSeconds: number;
  /** A watch without any event, even a bookmark, for this time is broken: Unreachable. */
  readonly stallAfterMs: number;
  readonly signal: AbortSignal;
}

export type WatchEvent<T> =
  | { readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly object: T }
  | { readonly type: "BOOKMARK"; readonly resourceVersion: string };

export interface WriteOptions {
  readonly fieldManager: string;
  readonly signal?: AbortSignal;
}

export interface DeleteOptions {
  /** Precondition: the object still has this uid, else Conflict. */
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly propagation?: "Background" | "Foreground" | "Orphan";
  readonly signal?: AbortSignal;
}

interface Request {
  readonly verb: Verb;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly kind: Kind;
  readonly name?: ObjectName | undefined;
  readonly namespace?: string | undefined;
  readonly subresource?: string | undefined;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  readonly mostBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
}

/** Time after which files and plugins are asked for credentials again. */
const credentialLifetimeMs = 30_000;
/** Limit of concurrent lists, because each may hold a page in memory in more than one form. */
const listsAtOnce = 2;
const defaultPageBytes = 2 * 2 ** 20;
/**
 * Limit of an answer that cannot be split. etcd keeps up to 1.5 MiB of one object, and its JSON may be six times as
 * long (`\u003c`).
 */
const mostBytesOfAll = 32 * 2 ** 20;

/** Below the 90 s after which kube-apiserver closes an idle connection, so that the client closes first. */
const keepAliveMs = 60_000;

/**
 * The Kubernetes API over one pool of kept connections. It uses HTTP/1.1 on purpose: each watch then has its own
 * connection, so that one stalled connection affects one watch and no request.
 *
 * Every method throws a {@link KubernetesError}. An aborted `signal` throws its reason.
 */
export class KubernetesClient {
  readonly #options: ClientOptions;
  #connection: Promise<Connection> | undefined;
  #checkedAt = 0;
  readonly #lists = new Turns({ atOnce: listsAtOnce });

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** @throws NotFound */
  async get<T extends KubernetesObject>(
    kind: Kind<T>,
    name: ObjectName,
    options: { signal?: AbortSignal } = {},
  ): Promise<T> {
    return this.#object<T>({ verb: "get", method: "GET", kind, name, signal: options.signal });
  }

  /** Lists one page. Without a resourceVersion the answer is as new as the request. */
  async list<T extends KubernetesObject>(kind: Kind<T>, options: ListOptions = {}): Promise<Page<T>> {
    const { signal, namespace, mostBytes = mostBytesOfAll, metadataOnly, ...query } = options;
    const accept = metadataOnly ? { accept: metadataList } : {};
    const request: Request = {
      verb: "list",
      method: "GET",
      kind,
      namespace,
      query,
      mostBytes,
      signal,
      ...accept,
    };
    const list = await this.#lists.take(() =>
      this.#json<{ metadata: { resourceVersion: string; continue?: string }; items: T[] | null }>(request),
    );
    const items = list.items ?? [];
    for (const item of items) complete(kind, item);
    return {
      items,
      resourceVersion: list.metadata.resourceVersion,
      continue: list.metadata.continue || undefined,
    };
  }

  /**
   * Lists page by page, with smaller pages where objects are large. Without a limit there is one page. The items of a
   * page exist only until the caller asks for the next one.
   */
  async *pages<T extends KubernetesObject>(
    kind: Kind<T>,
    { limit, pageBytes = defaultPageBytes, ...options }: PagesOptions = {},
  ): AsyncGenerator<Page<T>, void, undefined> {
    let size = limit;
    let token: string | undefined;
    for (;;) {
      const next = token === undefined ? {} : { continue: token };
      const bounds = size === undefined ? {} : { limit: size, ...(size > 1 && { mostBytes: pageBytes }) };
      const page = await this.list(kind, { ...options, ...bounds, ...next }).catch(orTooLarge);
      if (page === "too large" && size !== undefined && size > 1) {
        size = Math.max(1, Math.floor(size / 4));
        continue;
      }
      if (page === "too large") throw tooLarge(`list ${kind.plural}`, mostBytesOfAll);
      yield page;
      token = page.continue;
      // Frees the page's memory while the caller waits for the next one.
      page.items.length = 0;
      if (size !== undefined && limit !== undefined) size = Math.min(size * 2, limit);
      if (token === undefined) return;
    }
  }

  /** Lists all pages. */
  async listAll<T extends KubernetesObject>(kind: Kind<T>, options: PagesOptions = {}): Promise<T[]> {
    const items: T[] = [];
    for await (const page of this.pages(kind, { limit: 500, ...options })) items.push(...page.items);
    return items;
  }

  /** @throws AlreadyExists */
  async create<T extends KubernetesObject>(kind: Kind<T>, object: T, options: WriteOptions): Promise<T> {
    return this.#object<T>({
      verb: "create",
      method: "POST",
      kind,
      namespace: object.metadata.namespace,
      query: { fieldManager: options.fieldManager },
      body: object,
      signal: options.signal,
    });
  }

  /** Replaces the whole object. With `metadata.resourceVersion` it replaces only that version, else Conflict. */
  async replace<T extends KubernetesObject>(kind: Kind<T>, object: T, options: WriteOptions): Promise<T> {
    return this.#object<T>({
      verb: "replace",
      method: "PUT",
      kind,
      name: nameOf(object),
      query: { fieldManager: options.fieldManager },
      body: object,
      signal: options.signal,
    });
  }

  /**
   * Applies server-side with force: named fields of other managers become ours. With `metadata.uid` it changes only
   * that object, never a new one of the same name (Conflict).
   */
  async apply<T extends KubernetesObject>(
    kind: Kind<T>,
    object: T,
    options: WriteOptions & { subresource?: "status" },
  ): Promise<T> {
    return this.#object<T>({
      verb: "apply",
      method: "PATCH",
      kind,
      name: nameOf(object),
      subresource: options.subresource,
      query: { fieldManager: options.fieldManager, force: true },
      body: object,
      contentType: "application/apply-patch+yaml",
      signal: options.signal,
    });
  }

  /** JSON merge patch (RFC 7386). Name uid or resourceVersion in the patch's metadata as preconditions. */
  async merge<T extends KubernetesObject>(
    kind: Kind<T>,
    name: ObjectName,
    patch: unknown,
    options: WriteOptions & { subresource?: "status" | "scale" },
  ): Promise<T> {
    return this.#object<T>({
      verb: "patch",
      method: "PATCH",
      kind,
      name,
      subresource: options.subresource,
      query: { fieldManager: options.fieldManager },
      body: patch,
      contentType: "application/merge-patch+json",
      signal: options.signal,
    });
  }

  /** Requests the deletion, which finalizers may delay. @throws NotFound, Conflict */
  async delete(kind: Kind, name: ObjectName, options: DeleteOptions = {}): Promise<void> {
    const { uid, resourceVersion, propagation = "Background", signal } = options;
    await this.#json({
      verb: "delete",
      method: "DELETE",
      kind,
      name,
      body: {
        apiVersion: "v1",
        kind: "DeleteOptions",
        propagationPolicy: propagation,
        ...(uid || resourceVersion ? { preconditions: { uid, resourceVersion } } : {}),
      },
      signal,
    });
  }

  /**
   * Yields the changes after a resourceVersion, bookmarks included, until the server ends the stream.
   * @throws Gone when that version is too old; Unreachable when the connection breaks or stalls
   */
  async *watch<T extends KubernetesObject>(
    kind: Kind<T>,
    options: WatchOptions,
  ): AsyncGenerator<WatchEvent<T>, void, undefined> {
    const { namespace, signal, stallAfterMs, ...selection } = options;
    const request: Request = {
      verb: "watch",
      method: "GET",
      kind,
      namespace,
      query: { ...selection, watch: true, allowWatchBookmarks: true },
      signal,
      timeoutMs: stallAfterMs,
    };
    const action = describe(request);
    const response = await this.#send(request);
    try {
      for await (const line of readLines(response.body)) {
        yield watchEvent(kind, action, JSON.parse(line) as RawWatchEvent<T>);
      }
    } catch (error) {
      throw asKubernetesError(action, error, signal);
    } finally {
      response.body.destroy();
    }
  }

  /** Closes the connections; requests in flight are cut. */
  async close(): Promise<void> {
    const connection = await this.#connection?.catch(() => undefined);
    this.#connection = undefined;
    await connection?.dispatchers.destroy();
  }

  async #object<T extends KubernetesObject>(request: Request): Promise<T> {
    return complete(request.kind as Kind<T>, await this.#json<T>(request));
  }

  async #json<T>(request: Request): Promise<T> {
    const response = await this.#send(request);
    try {
      return JSON.parse(await readBody(response.body, request.mostBytes ?? mostBytesOfAll)) as T;
    } catch (error) {
      if (error instanceof BodyTooLarge)
        throw tooLarge(describe(request), request.mostBytes ?? mostBytesOfAll);
      throw asKubernetesError(describe(request), error, request.signal);
    }
  }

  async #send(request: Request): Promise<Dispatcher.ResponseData> {
    const action = describe(request);
    const started = performance.now();
    let code = 0;
    try {
      const response = await this.#exchange(request);
      code = response.statusCode;
      if (code >= 200 && code < 300) return response;
      throw await this.#refusal(action, request, response);
    } catch (error) {
      throw asKubernetesError(action, error, request.signal);
    } finally {
      this.#options.observe?.({
        verb: request.verb,
        resource: resourceOf(request),
        code,
        seconds: (performance.now() - started) / 1000,
      });
    }
  }

  async #exchange(request: Request): Promise<Dispatcher.ResponseData> {
    const connection = await this.#connected();
    const timeout = request.timeoutMs ?? this.#options.requestTimeoutMs ?? 30_000;
    return connection.dispatchers[request.verb === "watch" ? "watches" : "requests"].request({
      origin: connection.origin,
      path: connection.pathPrefix + pathOf(request),
      method: request.method,
      headers: {
        accept: request.accept ?? "application/json",
        "user-agent": this.#options.userAgent,
        ...(connection.authorization ? { authorization: connection.authorization } : {}),
        ...(request.body === undefined ? {} : { "content-type": request.contentType ?? "application/json" }),
      },
      body: request.body === undefined ? null : JSON.stringify(request.body),
      headersTimeout: timeout,
      bodyTimeout: timeout,
      signal: request.signal ?? null,
    });
  }

  async #refusal(
    action: string,
    request: Request,
    response: Dispatcher.ResponseData,
  ): Promise<KubernetesError> {
    if (response.statusCode === 401) this.#checkedAt = Number.NEGATIVE_INFINITY;
    const text = await readBody(response.body, mostBytesOfAll);
    return errorFromStatus(action, parseStatus(text, response.statusCode), {
      confidential: request.kind.kind === "Secret",
      retryAfter: retryAfterOf(response),
    });
  }

  /** The current connection. It makes a new pool only when the TLS material has changed. */
  async #connected(): Promise<Connection> {
    const now = performance.now();
    const previous = this.#connection;
    if (previous && now - this.#checkedAt < credentialLifetimeMs) return previous;
    this.#checkedAt = now;
    this.#connection = this.#connect(previous);
    this.#connection.catch(() => {
      this.#connection = undefined;
    });
    return this.#connection;
  }

  async #connect(previous: Promise<Connection> | undefined): Promise<Connection> {
    const old = await previous?.catch(() => undefined);
    let credentials: Credentials;
    try {
      credentials = await this.#options.access.credentials();
    } catch (error) {
      // A token file may be in replacement, or a plugin may fail once. The old credentials may still be valid.
      if (old) return old;
      throw error;
    }
    const fingerprint = fingerprintOf(credentials.tls);
    const url = new URL(this.#options.access.server);
    const same = old?.fingerprint === fingerprint;
    // Running requests and watches end on the old pool. It closes after the last one.
    if (old && !same) void old.dispatchers.close();
    return {
      origin: url.origin,
      pathPrefix: url.pathname.replace(/\/$/, ""),
      authorization: credentials.authorization,
      fingerprint,
      dispatchers:
        old && same ? old.dispatchers : openDispatchers(credentials.tls, this.#options.connections),
    };
  }
}

/** The media type for a list of metadata (meta.k8s.io/v1, "Receiving resources as metadata"). */
const metadataList = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

function orTooLarge(error: unknown): "too large" {
  if (error instanceof TooLarge) return "too large";
  throw error;
}

function tooLarge(action: string, most: number): TooLarge {
  const message = `cannot ${action}: the answer has more than ${most} bytes`;
  return new TooLarge({ code: 0, reason: "TooLarge", message });
}

interface Connection {
  readonly origin: string;
  readonly pathPrefix: string;
  readonly authorization: string | undefined;
  readonly fingerprint: string;
  readonly dispatchers: Dispatchers;
}

interface Dispatchers {
  readonly requests: Agent;
  readonly watches: Agent;
  close(): Promise<unknown>;
  destroy(): Promise<unknown>;
}

function openDispatchers(tls: Credentials["tls"], connections = 16): Dispatchers {
  const common = {
    allowH2: false,
    pipelining: 1,
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMs,
    connect: { ...tls, timeout: 10_000 },
  };
  const requests = new Agent({ ...common, connections });
  const watches = new Agent({ ...common });
  return {
    requests,
    watches,
    close: () => Promise.all([requests.close(), watches.close()]),
    destroy: () => Promise.all([requests.destroy(), watches.destroy()]),
  };
}

function fingerprintOf(tls: Credentials["tls"]): string {
  const hash = createHash("sha256");
  for (const [name, value] of Object.entries(tls)) hash.update(`\n${name}=`).update(String(value));
  return hash.digest("base64");
}

type RawWatchEvent<T> =
  | { type: "ADDED" | "MODIFIED" | "DELETED"; object: T }
  | { type: "BOOKMARK"; object: KubernetesObject }
  | { type: "ERROR"; object: Status };

function watchEvent<T extends KubernetesObject>(
  kind: Kind<T>,
  action: string,
  event: RawWatchEvent<T>,
): WatchEvent<T> {
  if (event.type === "ERROR") {
    throw errorFromStatus(action, event.object, { confidential: kind.kind === "Secret" });
  }
  if (event.type === "BOOKMARK") {
    return { type: "BOOKMARK", resourceVersion: event.object.metadata.resourceVersion ?? "" };
  }
  return { type: event.type, object: complete(kind, event.object) };
}

/** Adds apiVersion and kind, which items of a list lack. */
function complete<T extends KubernetesObject>(kind: Kind<T>, object: T): T {
  object.apiVersion ??= kind.apiVersion;
  object.kind ??= kind.kind;
  return object;
}

function nameOf(object: KubernetesObject): ObjectName {
  const { name, namespace } = object.metadata;
  return namespace === undefined ? { name } : { name, namespace };
}

function pathOf(request: Request): string {
  const { kind, name, subresource } = request;
  const namespace = name?.namespace ?? request.namespace;
  if (name && kind.namespaced !== (namespace !== undefined)) {
    throw new TypeError(
      `${kind.kind} "${name.name}" is ${kind.namespaced ? "namespaced: give its namespace" : "not namespaced: give no namespace"}`,
    );
  }
  const group = kind.apiVersion.includes("/") ? `/apis/${kind.apiVersion}` : `/api/${kind.apiVersion}`;
  const scope = namespace === undefined ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  const object = name === undefined ? "" : `/${encodeURIComponent(name.name)}`;
  return `${group}${scope}/${kind.plural}${object}${subresource ? `/${subresource}` : ""}${queryOf(request)}`;
}

function queryOf(request: Request): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined && value !== "") query.set(name, String(value));
  }
  return query.size > 0 ? `?${query}` : "";
}

function resourceOf(request: Request): string {
  return request.subresource ? `${request.kind.plural}/${request.subresource}` : request.kind.plural;
}

function describe(request: Request): string {
  const { verb, kind, name, subresource } = request;
  const namespace = name?.namespace ?? request.namespace;
  const where = namespace === undefined ? "" : `${namespace}/`;
  const what = name
    ? `${kind.kind} ${where}${name.name}`
    : `${kind.plural}${where ? ` in ${namespace}` : ""}`;
  return `${verb} ${subresource ? `${subresource} of ` : ""}${what}`;
}

function parseStatus(text: string, code: number): Status {
  try {
    return { code, ...(JSON.parse(text) as Status) };
  } catch {
    // A proxy before the API server answers in its own format.
    return { code, message: `the API server answered ${code}: ${text.slice(0, 200).trim()}` };
  }
}

function retryAfterOf(response: Dispatcher.ResponseData): number | undefined {
  const seconds = Number(response.headers["retry-after"]);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

function asKubernetesError(action: string, error: unknown, signal: AbortSignal | undefined): unknown {
  if (error instanceof KubernetesError || error instanceof TypeError || signal?.aborted) return error;
  const detail = error instanceof Error ? error.message || error.name : String(error);
  return new Unreachable({
    code: 0,
    reason: "Unreachable",
    message: `cannot ${action}: no usable answer from the API server (${detail})`,
    cause: error,
  });
}
