import { Agent } from "node:https";
import vaultClient from "node-vault";
import type { Clock } from "../../../../process/clock.ts";
import { RetryableError, TerminalError } from "../../base/errors.ts";
import { deletedVersion, refusalStatus, vaultError } from "./errors.ts";
import type { VaultLogin } from "./login.ts";
import { vaultSession } from "./session.ts";

export interface VaultAddress {
  readonly address: string;
  /** The CA certificates (PEM) that must have issued the server's certificate, read for each request. */
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
  /** Measured by Vault's clock. */
  readonly createdAt: Date;
}

/** The operator's work in Vault: manage secrets and keys. It never decrypts with them. */
export interface Vault {
  readonly address: string;
  /** @throws TerminalError SecretDeleted when the newest version is only marked as deleted. */
  readSecret(path: string): Promise<SecretVersion | undefined>;
  /**
   * Writes the secret if its newest version is `version` (0: no version exists).
   * @returns false when the version has changed: read the secret again.
   */
  writeSecret(path: string, data: object, version: number): Promise<boolean>;
  /** Destroys all versions of a secret. Does nothing when there are none. */
  destroySecret(path: string): Promise<void>;
  /** The names directly below `path`. A name with others below it ends in a slash. */
  listSecrets(path: string): Promise<string[]>;
  hasTransitKey(name: string): Promise<boolean>;
  createTransitKey(name: string): Promise<void>;
  /** 32 new random bytes, encrypted with the key; the bytes themselves never leave Vault. */
  wrappedDataKey(name: string): Promise<string>;
  /** Destroys a key, and with it everything it has encrypted. */
  destroyTransitKey(name: string): Promise<void>;
}

type SecretMethod = "readSecret" | "writeSecret" | "destroySecret" | "listSecrets";
type KeyMethod = "hasTransitKey" | "createTransitKey" | "wrappedDataKey" | "destroyTransitKey";

const requestTimeout = 10_000;

/** Creates a client that logs in and reconnects by itself. */
export function connectVault(options: VaultAddress): Vault {
  const ask = asking(options);
  return {
    address: options.address,
    ...secretsIn(`/${options.kvMount}`, ask),
    ...keysIn(`/${options.transitMount}`, ask),
  };
}

/** Returns the body of the answer, or undefined for 404. `doing` is for errors. */
type Ask = (doing: string, method: string, path: string, body?: object) => Promise<unknown>;

/** Asks Vault with the token of a login, and logs in again once when the token is refused. */
function asking({ address, ca, kvMount, login, clock }: VaultAddress): Ask {
  const send = sending(address, ca);
  const session = vaultSession(login, { anonymous: send, authorized: send }, clock);
  return async (doing, method, path, body) => {
    try {
      const token = await session.token();
      return await send(method, path, body, token).catch(async (error: unknown) => {
        if (refusalStatus(error) !== 403) throw error;
        session.forget(token);
        return send(method, path, body, await session.token());
      });
    } catch (error) {
      if (refusalStatus(error) === 404) return refuseDeleted(error, kvMount, doing);
      throw vaultError(error, address, doing);
    }
  };
}

function sending(address: string, ca: () => string) {
  const client = vaultClient({
    endpoint: address,
    // The library's debug output would hold the secrets, and its environment variables could turn TLS off.
    debug: () => {},
    rpDefaults: { strictSSL: true, timeout: requestTimeout },
    namespace: "",
    token: "",
  } as Parameters<typeof vaultClient>[0]);
  const agent = trustingAgent(ca);
  return (method: string, path: string, body: object | undefined, token?: string): Promise<unknown> =>
    client.request({
      method,
      path,
      httpsAgent: agent(),
      ...(body && { json: body }),
      headers: token === undefined ? {} : { "X-Vault-Token": token },
    });
}

function secretsIn(mount: string, ask: Ask): Pick<Vault, SecretMethod> {
  const data = (path: string) => `${mount}/data/${path}`;
  const metadata = (path: string) => `${mount}/metadata/${path}`;
  return {
    async readSecret(path) {
      const answer = await ask(`reading ${path}`, "GET", data(path));
      return answer === undefined ? undefined : secretVersion(answer);
    },

    async writeSecret(path, secret, version) {
      try {
        await ask(`writing ${path}`, "POST", data(path), { data: secret, options: { cas: version } });
        return true;
      } catch (error) {
        if (error instanceof Error && error.message.includes("check-and-set parameter")) return false;
        throw error;
      }
    },

    async destroySecret(path) {
      await ask(`destroying ${path}`, "DELETE", metadata(path));
    },

    async listSecrets(path) {
      const answer = await ask(`listing ${path}`, "LIST", metadata(path));
      return (answer as { data?: { keys?: string[] } } | undefined)?.data?.keys ?? [];
    },
  };
}

function keysIn(mount: string, ask: Ask): Pick<Vault, KeyMethod> {
  const hasTransitKey = async (name: string) =>
    (await ask(`reading the key ${name}`, "GET", `${mount}/keys/${name}`)) !== undefined;
  return {
    hasTransitKey,

    async createTransitKey(name) {
      await ask(`creating the key ${name}`, "POST", `${mount}/keys/${name}`, { type: "aes256-gcm96" });
    },

    async wrappedDataKey(name) {
      const path = `${mount}/datakey/wrapped/${name}`;
      const answer = await ask(`wrapping with the key ${name}`, "POST", path, { bits: 256 });
      const ciphertext = (answer as { data?: { ciphertext?: unknown } } | undefined)?.data?.ciphertext;
      if (typeof ciphertext === "string") return ciphertext;
      throw new RetryableError(
        "VaultAnswer",
        `Expected a ciphertext from Vault's transit key ${name}, found none.`,
      );
    },

    async destroyTransitKey(name) {
      if (!(await hasTransitKey(name))) return;
      await ask(`allowing the end of the key ${name}`, "POST", `${mount}/keys/${name}/config`, {
        deletion_allowed: true,
      });
      await ask(`destroying the key ${name}`, "DELETE", `${mount}/keys/${name}`);
    },
  };
}

/** Keeps connections while `ca` stays the same. Connections under an older CA end by themselves. */
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

/** Refuses a secret that is only marked as deleted. It can be restored, so a new one must not replace it. */
function refuseDeleted(error: unknown, mount: string, doing: string): undefined {
  const version = deletedVersion(error);
  if (version === undefined) return undefined;
  throw new TerminalError(
    "SecretDeleted",
    `Vault holds version ${version} as deleted or destroyed while ${doing} in ${mount}: restore it with ` +
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
