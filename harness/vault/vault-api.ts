import { Agent, fetch, type RequestInit, type Response } from "undici";

export interface VaultAccess {
  /** `https://host:port`. */
  readonly address: string;
  /** PEM of the authority that signed Vault's certificate. */
  readonly ca: string;
  /** The name in the certificate, if it is not the address's host. */
  readonly serverName?: string;
  readonly token?: string;
}

type Method = "GET" | "LIST" | "POST" | "PUT" | "DELETE";

/** Vault refused a request, or could not answer it. */
export class VaultError extends Error {
  override readonly name = "VaultError";
  readonly status: number;

  constructor(method: Method, path: string, status: number, errors: readonly string[]) {
    super(`Vault answered ${method} ${path} with ${status}: ${errors.join("; ") || "no reason given"}`);
    this.status = status;
  }
}

/** Vault's HTTP API. Paths are those of its documentation, without `/v1/`. */
export class VaultApi implements AsyncDisposable {
  readonly #access: VaultAccess;
  readonly #dispatcher: Agent;

  constructor(access: VaultAccess) {
    const { ca, serverName } = access;
    this.#access = access;
    this.#dispatcher = new Agent({ connect: { ca, ...(serverName && { servername: serverName }) } });
  }

  /** The same Vault with another token. */
  as(token: string): VaultApi {
    return new VaultApi({ ...this.#access, token });
  }

  /**
   * Throws VaultError when the status is not 2xx, and Error without an answer. `Answer` is the caller's expected type.
   */
  async request<Answer = unknown>(method: Method, path: string, body?: unknown): Promise<Answer> {
    const { token } = this.#access;
    const response = await this.#send(path, {
      method,
      headers: token === undefined ? {} : { "x-vault-token": token },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const answer = text === "" ? {} : JSON.parse(text);
    if (!response.ok) throw new VaultError(method, path, response.status, answer.errors ?? []);
    return answer as Answer;
  }

  /** Adds the reason, because fetch itself reports only that it failed. */
  async #send(path: string, request: RequestInit): Promise<Response> {
    const { address } = this.#access;
    try {
      return await fetch(`${address}/v1/${path}`, { ...request, dispatcher: this.#dispatcher });
    } catch (error) {
      const { cause = error } = error as Error;
      throw new Error(`Vault at ${address} cannot be reached: ${messageOf(cause)}`, { cause });
    }
  }

  /** Like GET, but returns undefined for a missing path. */
  async find<Answer = unknown>(path: string): Promise<Answer | undefined> {
    try {
      return await this.request<Answer>("GET", path);
    } catch (error) {
      if (error instanceof VaultError && error.status === 404) return undefined;
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#dispatcher.close();
  }
}

/** Joins the errors: an address with several IP addresses fails once for each. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join("; ");
  return error instanceof Error ? error.message : String(error);
}
