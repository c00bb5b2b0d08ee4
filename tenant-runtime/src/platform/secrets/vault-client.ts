import { readFile } from "node:fs/promises";
import { Agent, request } from "node:https";
import { z } from "zod";
import type { Clock } from "../../../../process/clock.ts";
import { AppError } from "../base/errors.ts";
import type { Vault } from "./vault.ts";

export interface VaultSettings {
  readonly address: string;
  readonly authMount: string;
  readonly role: string;
  readonly transitMount: string;
  readonly transitKey: string;
  /** PEM of the platform's CA, read at each connection. */
  readonly ca: () => string;
  /** The projected service account token, read at every login, because the kubelet renews it. */
  readonly tokenFile: string;
}

interface Token {
  readonly value: string;
  readonly renewable: boolean;
  readonly renewAt: number;
  readonly expiresAt: number;
}

const requestTimeoutMs = 5_000;

const loginAnswer = z.object({
  auth: z.object({ client_token: z.string(), lease_duration: z.number(), renewable: z.boolean() }),
});
const decryptAnswer = z.object({ data: z.object({ plaintext: z.string() }) });

/** Vault's refusal of a request. */
class VaultRefusal extends Error {
  readonly status: number;

  constructor(path: string, status: number, errors: readonly string[]) {
    super(`Vault answered ${status} to ${path}: ${errors.join("; ") || "no reason given"}`);
    this.status = status;
  }
}

/**
 * A client of Vault under this pod's service account. A used token is renewed in the second half of its life, and
 * an invalid one is replaced. An idle process sends nothing.
 */
export class VaultClient implements Vault {
  readonly #settings: VaultSettings;
  readonly #clock: Clock;
  readonly #agent: Agent;
  #token: Promise<Token> | undefined;

  constructor(settings: VaultSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
    this.#agent = new Agent({ keepAlive: false });
  }

  async unwrap(ciphertext: string): Promise<Buffer> {
    const { transitMount, transitKey } = this.#settings;
    const answer = await this.#asTenant(`${transitMount}/decrypt/${transitKey}`, { ciphertext });
    return Buffer.from(decryptAnswer.parse(answer).data.plaintext, "base64");
  }

  /** Resolves if Vault answers and is unsealed. Throws the reason if it cannot serve. */
  async check(): Promise<object> {
    await this.#call("GET", "sys/health?standbyok=true");
    return { address: this.#settings.address };
  }

  /** Revokes the token if Vault stores it, and closes. */
  async close(): Promise<void> {
    const token = await this.#token?.catch(() => undefined);
    this.#token = undefined;
    if (token?.renewable) await this.#call("POST", "auth/token/revoke-self", {}, token.value).catch(() => {});
    this.#agent.destroy();
  }

  async #asTenant(path: string, body: object): Promise<unknown> {
    try {
      const { value } = await this.#freshToken();
      return await this.#call("POST", path, body, value).catch(async (error: unknown) => {
        if (!isForbidden(error)) throw error;
        this.#token = undefined;
        return this.#call("POST", path, body, (await this.#freshToken()).value);
      });
    } catch (cause) {
      throw new AppError("KEYS_UNAVAILABLE", { cause });
    }
  }

  #freshToken(): Promise<Token> {
    const token = (this.#token ?? this.#login()).then((held) => this.#renewed(held));
    this.#token = token;
    token.catch(() => {
      if (this.#token === token) this.#token = undefined;
    });
    return token;
  }

  async #renewed(token: Token): Promise<Token> {
    const now = this.#clock.monotonic();
    if (now < token.renewAt) return token;
    if (now >= token.expiresAt || !token.renewable) return this.#login();
    return this.#call("POST", "auth/token/renew-self", {}, token.value).then(
      (answer) => this.#tokenOf(answer),
      () => this.#login(),
    );
  }

  async #login(): Promise<Token> {
    const { authMount, role, tokenFile } = this.#settings;
    const jwt = (await readFile(tokenFile, "utf8")).trim();
    return this.#tokenOf(await this.#call("POST", `auth/${authMount}/login`, { role, jwt }));
  }

  #tokenOf(answer: unknown): Token {
    const { client_token: value, lease_duration, renewable } = loginAnswer.parse(answer).auth;
    const now = this.#clock.monotonic();
    return { value, renewable, renewAt: now + lease_duration * 500, expiresAt: now + lease_duration * 990 };
  }

  #call(method: "GET" | "POST", path: string, body?: object, token?: string): Promise<unknown> {
    const url = new URL(`/v1/${path}`, this.#settings.address);
    const headers = token === undefined ? {} : { "X-Vault-Token": token };
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const signal = AbortSignal.timeout(requestTimeoutMs);
    const ca = this.#settings.ca();
    const sent = request(url, { method, headers, ca, agent: this.#agent, signal }, (response) => {
      readAll(response).then((text) => {
        const status = response.statusCode ?? 0;
        const answer = parseAnswer(text);
        if (status >= 200 && status < 300) resolve(answer);
        else reject(new VaultRefusal(url.pathname, status, refusalReasons(answer)));
      }, reject);
    });
    sent.on("error", reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
    return promise;
  }
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}

function parseAnswer(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusalReasons(answer: unknown): readonly string[] {
  const parsed = z.object({ errors: z.array(z.string()) }).safeParse(answer);
  return parsed.success ? parsed.data.errors : [];
}

function isForbidden(error: unknown): boolean {
  return error instanceof VaultRefusal && error.status === 403;
}
