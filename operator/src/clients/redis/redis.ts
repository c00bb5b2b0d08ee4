import { Redis as Connection } from "ioredis";
import {
  type AclUser,
  aclRules,
  type Categories,
  commandRules,
  parseAclLine,
  parseAclUser,
} from "./acl-user.ts";
import { redisError } from "./errors.ts";
import { type KeyUsage, measureKeys, removeLasting, scanKeys } from "./measure-keys.ts";

export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** The PEM certificates that the server's must come from, asked at each connection; its name must be `host` too. */
  readonly ca: () => string;
  /** Milliseconds to wait for an answer; default 5 s. */
  readonly timeout?: number;
}

/** What the operator does on one Redis server: keep its users, measure and remove keys. */
export interface Redis extends AsyncDisposable {
  /** Host and port, for people. */
  readonly server: string;
  user(name: string): Promise<AclUser | undefined>;
  users(): Promise<AclUser[]>;
  /** Makes the user exactly as given and saves all users to disk. */
  setUser(user: AclUser): Promise<void>;
  /** Lets the user send exactly these commands from now on, whatever else it may, and saves. */
  setCommands(name: string, commands: readonly string[]): Promise<void>;
  /** Removes the user, closes its connections and saves; returns whether there was one. */
  deleteUser(name: string): Promise<boolean>;
  /** Removes every key that begins with `prefix`; returns how many. */
  deleteKeys(prefix: string): Promise<number>;
  /**
   * Removes the keys that begin with `prefix` and would still be there after the milliseconds that `longestOf` says of
   * them; returns how many.
   */
  removeLasting(prefix: string, longestOf: (key: Buffer) => number, signal: AbortSignal): Promise<number>;
  /** What the keys of each owner take. The list is incomplete when the signal is aborted. */
  measureKeys(
    ownerOf: (key: Buffer) => string | undefined,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, KeyUsage>>;
  /** Bytes in use, and the most that may be; 0 for no limit. */
  memory(): Promise<{ readonly used: number; readonly most: number }>;
}

const defaultTimeout = 5_000;
const never = new AbortController().signal;

/** Connects at first use and again whenever the connection is lost. */
export function connectRedis(address: RedisAddress): Redis {
  const server = `${address.host}:${address.port}`;
  const { timeout = defaultTimeout } = address;
  const connection = new Connection({
    host: address.host,
    port: address.port,
    username: address.username,
    password: address.password,
    tls: {
      // Read by the client for each connection.
      get ca() {
        return address.ca();
      },
      rejectUnauthorized: true,
    },
    connectionName: "dotmac-operator",
    // The platform's servers know no HELLO.
    protocol: 2,
    lazyConnect: true,
    connectTimeout: timeout,
    commandTimeout: timeout,
    // Without it a connection whose other end is gone without a word is kept until TCP gives up.
    socketTimeout: timeout,
    maxRetriesPerRequest: 1,
    retryStrategy: (attempt) => Math.min(attempt * 100, 2_000),
  });
  // A command that waited for a connection in vain says only that; why there is none is told here.
  let fault: Error | undefined;
  connection.on("error", (error: Error) => {
    fault = error;
  });
  connection.on("ready", () => {
    fault = undefined;
    // Where clients hold more memory than they may together, the server ends the largest: not this one. A server that
    // does not know it (Redis before 7.0) ends none either.
    connection.call("CLIENT", "NO-EVICT", "ON").catch(() => {});
  });

  const answered = async <Answer>(ask: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await ask();
    } catch (error) {
      throw redisError(fault ?? error, server);
    }
  };
  const command = (...words: [string, ...string[]]): Promise<unknown> =>
    answered(() => connection.call(...words));

  // The same for as long as the server runs; an upgrade of it ends the connection.
  let known: Promise<Categories> | undefined;
  const forget = () => {
    known = undefined;
  };
  connection.on("close", forget);
  const categories = (): Promise<Categories> => {
    known ??= readCategories(command).catch((error: unknown) => {
      forget();
      throw error;
    });
    return known;
  };

  return {
    server,
    async user(name) {
      const answer = await command("ACL", "GETUSER", name);
      return answer === null ? undefined : parseAclUser(name, answer as unknown[], await categories());
    },
    async users() {
      const lines = (await command("ACL", "LIST")) as string[];
      const known = await categories();
      return lines.map((line) => parseAclLine(line, known));
    },
    async setUser(user) {
      await command("ACL", "SETUSER", user.name, ...aclRules(user));
      await command("ACL", "SAVE");
    },
    async setCommands(name, commands) {
      await command("ACL", "SETUSER", name, ...commandRules(commands));
      await command("ACL", "SAVE");
    },
    async deleteUser(name) {
      const deleted = await command("ACL", "DELUSER", name);
      await command("ACL", "SAVE");
      return deleted === 1;
    },
    deleteKeys: (prefix) =>
      answered(async () => {
        let count = 0;
        for await (const keys of scanKeys(connection, prefix, never))
          count += await connection.unlink(...keys);
        return count;
      }),
    removeLasting: (prefix, longestOf, signal) =>
      answered(() => removeLasting(connection, prefix, longestOf, signal)),
    measureKeys: (ownerOf, signal) => answered(() => measureKeys(connection, ownerOf, signal)),
    async memory() {
      const info = String(await command("INFO", "memory"));
      const field = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, "m").exec(info)?.[1] ?? 0);
      return { used: field("used_memory"), most: field("maxmemory") };
    },
    async [Symbol.asyncDispose]() {
      connection.disconnect();
    },
  };
}

async function readCategories(
  command: (...words: [string, ...string[]]) => Promise<unknown>,
): Promise<Categories> {
  const names = (await command("ACL", "CAT")) as string[];
  const commands = await Promise.all(names.map((name) => command("ACL", "CAT", name)));
  return new Map(names.map((name, index) => [name, commands[index] as string[]]));
}
