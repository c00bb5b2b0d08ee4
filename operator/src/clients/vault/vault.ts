import { Agent } from "node:https";
import vaultClient from "node-vault";
import type { Clock } from "../../../../process/clock.ts";
import { RetryableError, TerminalError } from "../../base/errors.ts";
import { deletedVersion, refusalStatus, vaultError } from "./errors.ts";
import type { VaultLogin } from "./login.ts";
import { vaultSession } from "./session.ts";

export interface VaultAddress {
  readonly address: string;
  /** The PEM certificates that the server's must come from, asked at each request. */
  readonly ca: () => string;
  readonly kvMount: string;
  readonly transitMount: string;
  readonly login: VaultLogin;
  readonly clock: Clock;
}

/** One version of a secret in the KV engine. */
export interface SecretVersion {
  readonly data: Readonly<Record<string, unknown>>;
  readonly version: number;
  /** By Vault's clock. */
  readonly createdAt: Date;
}

/** What the operator may do in Vault: keep secrets and keys, never decrypt with them. */
export interface Vault {
  readonly address: string;
  /** @throws TerminalError SecretDeleted when there is one that is only marked as deleted. */
  readSecret(path: string): Promise<SecretVersion | undefined>;
  /**
   * Writes the secret when its newest version is `version` (0: when there is none).
   * @returns false when another has written meanwhile: read it again.
   */
  writeSecret(path: string, data: object, version: number): Promise<boolean>;
  /** Destroys all versions of a secret; nothing happens when there is none. */
  destroySecret(path: string): Promise<void>;
  /** The names directly below `path`; those that have others below end in a slash. */
  listSecrets(path: string): Promise<string[]>;
  hasTransitKey(name: string): Promise<boolean>;
  createTransitKey(name: string): Promise<void>;
  /** 32 new random bytes, encrypted with the key; the bytes themselves never leave Vault. */
  wrappedDataKey(name: string): Promise<string>;
  /** Destroys a key and with it all that it has encrypted. */
  destroyTransitKey(name: string): Promise<void>;
}

const requestTimeout = 10_000;

/** A client that logs in by itself and reconnects by itself. */
export function connectVault(options: VaultAddress): Vault {
  const client = vaultClient({
    endpoint: options.address,
    // Its own debug output holds the secrets it sends; its environment variables could turn TLS off.
    debug: () => {},
    rpDefaults: { strictSSL: true, timeout: requestTimeout },
    namespace: "",
    token: "",
  } as Parameters<typeof vaultClient>[0]);

  const agent = trustingAgent(options.ca);

  const send = (method: string, path: string, body: object | undefined, token?: string): Promise<unknown> =>
    client.request({
      method,
      path,
      httpsAgent: agent(),
      ...(body && { json: body }),
      headers: token === undefined ? {} : { "X-Vault-Token": token },
    });

  const session = vaultSession(options.login, { anonymous: send, authorized: send }, options.clock);

  /** The answer's body, or undefined for 404; a refused token is replaced once. */
  async function ask(doing: string, method: string, path: string, body?: object): Promise<unknown> {
    try {
      const token = await session.token();
      return await send(method, path, body, token).catch(async (error: unknown) => {
        if (refusalStatus(error) !== 403) throw error;
        session.forget(token);
        return send(method, path, body, await session.token());
      });
    } catch (error) {
      if (refusalStatus(error) === 404) return refuseDeleted(error, options.kvMount, doing);
      throw vaultError(error, options.address, doing);
    }
  }

  const kv = (part: string, path: string) => `/${options.kvMount}/${part}/${path}`;
  const transit = (path: string) => `/${options.transitMount}/${path}`;

  return {
    address: options.address,

    async readSecret(path) {
      const answer = await ask(`reading ${path}`, "GET", kv("data", path));
      return answer === undefined ? undefined : secretVersion(answer);
    },

    async writeSecret(path, data, version) {
      try {
        await ask(`writing ${path}`, "POST", kv("data", path), { data, options: { cas: version } });
        return true;
      } catch (error) {
        if (error instanceof Error && error.message.includes("check-and-set parameter")) return false;
        throw error;
      }
    },

    async destroySecret(path) {
      await ask(`destroying ${path}`, "DELETE", kv("metadata", path));
    },

    async listSecrets(path) {
      const answer = await ask(`listing ${path}`, "LIST", kv("metadata", path));
      return (answer as { data?: { keys?: string[] } } | undefined)?.data?.keys ?? [];
    },

    async hasTransitKey(name) {
      return (await ask(`reading the key ${name}`, "GET", transit(`keys/${name}`))) !== undefined;
    },

    async createTransitKey(name) {
      await ask(`creating the key ${name}`, "POST", transit(`keys/${name}`), { type: "aes256-gcm96" });
    },

    async wrappedDataKey(name) {
      const answer = await ask(`wrapping with the key ${name}`, "POST", transit(`datakey/wrapped/${name}`), {
        bits: 256,
      });
      const ciphertext = (answer as { data?: { ciphertext?: unknown } } | undefined)?.data?.ciphertext;
      if (typeof ciphertext === "string") return ciphertext;
      throw new RetryableError(
        "VaultAnswer",
        `Expected a ciphertext from Vault's transit key ${name}, found none.`,
      );
    },

    async destroyTransitKey(name) {
      if (!(await this.hasTransitKey(name))) return;
      await ask(`allowing the end of the key ${name}`, "POST", transit(`keys/${name}/config`), {
        deletion_allowed: true,
      });
      await ask(`destroying the key ${name}`, "DELETE", transit(`keys/${name}`));
    },
  };
}

/** Keeps connections for as long as `ca` stays the same; what is open under another ends by itself. */
function trustingAgent(ca: () => string): () => Agent {
  let trusted = "";
  let agent = new Agent();
  return () => {
    if (trusted !== ca()) {
      trusted = ca();
      agent = new Agent({ ca: trusted, keepAlive: true, maxSockets: 16 });
    }
    return agent;
  };
}

/** Refuses a secret that is only marked as deleted: it can be restored, so no new one is made in its place. */
function refuseDeleted(error: unknown, mount: string, doing: string): undefined {
  const version = deletedVersion(error);
  if (version === undefined) return undefined;
  throw new TerminalError(
    "SecretDeleted",
    `Vault holds version ${version} as deleted or destroyed while ${doing} in ${mount}: bring it back with ` +
      `\`vault kv undelete -versions=${version}\`, or an older one with \`vault kv rollback\`.`,
  );
}

function secretVersion(answer: unknown): SecretVersion | undefined {
  const { data } = answer as {
    data: { data: Record<string, unknown> | null; metadata: { version: number; created_time: string } };
  };
  if (data.data === null) return undefined;
  const { version, created_time: createdAt } = data.metadata;
  return { data: data.data, version, createdAt: new Date(createdAt) };
}
