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
  /**
   * The CA certificates (PEM) that must have issued the server's certificate, read for each new connection. Its name
   * must be `host`.
   */
  readonly ca: () => string;
  /** Milliseconds to wait for an answer; default 5 s. */
  readonly timeout?: number;
}

/** The operator's work on one Redis server: manage users, measure and remove keys. */
export interface Redis extends AsyncDisposable {
  /** Host and port, for messages. */
  readonly server: string;
  user(name: string): Promise<AclUser | undefined>;
  users(): Promise<AclUser[]>;
  /** Makes the user exactly as given and saves all users to disk. */
  setUser(user: AclUser): Promise<void>;
  /** Allows the user exactly these commands, keeps its other rights, and saves. */
  setCommands(name: string, commands: readonly string[]): Promise<void>;
  /** Removes the user, closes its connections and saves. Returns whether the user existed. */
  deleteUser(name: string): Promise<boolean>;
  /** Removes every key that begins with `prefix`. Returns the number removed. */
  deleteKeys(prefix: string): Promise<number>;
  /**
   * Removes the keys that begin with `prefix` and whose remaining lifetime exceeds `longestOf(key)` milliseconds.
   * Returns the number removed.
   */
  removeLasting(prefix: string, longestOf: (key: Buffer) => number, signal: AbortSignal): Promise<number>;
  /** The number and size of each owner's keys. The result is incomplete when the signal is aborted. */
  measureKeys(
    ownerOf: (key: Buffer) => string | undefined,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, KeyUsage>>;
  /** Bytes in use, and the limit; 0 for no limit. */
  memory(): Promise<{ readonly used: number; readonly most: number }>;
}

const defaultTimeout = 5_000;
const never = new AbortController().signal;

/** Connects at first use, and reconnects after each lost connection. */
export function connectRedis(address: RedisAddress): Redis {
  const server = `${address.host}:${address.port}`;
  const connection = openConnection(address);
  const answered = explainingErrors(connection, server);
  const command: SendCommand = (...words) => answered(() => connection.call(...words));
  const categories = knownCategories(connection, command);

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

/** Sends one command. Its errors name the reason. */
type SendCommand = (...words: [string, ...string[]]) => Promise<unknown>;

function openConnection({ host, port, username, password, ca, timeout = defaultTimeout }: RedisAddress) {
  const connection = new Connection({
    host,
    port,
    username,
    password,
    tls: {
      // The client reads it for each connection.
      get ca() {
        return ca();
      },
      rejectUnauthorized: true,
    },
    connectionName: "dotmac-operator",
    // The platform's servers do not know HELLO.
    protocol: 2,
    lazyConnect: true,
    connectTimeout: timeout,
    commandTimeout: timeout,
    // Without it, a connection whose peer vanished silently stays open until TCP gives up.
    socketTimeout: timeout,
    maxRetriesPerRequest: 1,
    retryStrategy: (attempt) => Math.min(attempt * 100, 2_000),
  });
  connection.on("ready", () => {
    // When clients together exceed their memory limit, the server closes the largest client, but never this one. A
    // server that does not know this command (Redis before 7.0) closes none either.
    connection.call("CLIENT", "NO-EVICT", "ON").catch(() => {});
  });
  return connection;
}

/** Runs questions, and throws their errors with the reason why the connection failed, if it did. */
function explainingErrors(connection: Connection, server: string) {
  // The error of a command that got no connection does not name the reason. This variable holds it.
  let fault: Error | undefined;
  connection.on("error", (error: Error) => {
    fault = error;
  });
  connection.on("ready", () => {
    fault = undefined;
  });
  return async <Answer>(ask: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await ask();
    } catch (error) {
      throw redisError(fault ?? error, server);
    }
  };
}

/** The commands of each category, read once for each connection: an upgrade of the server ends the connection. */
function knownCategories(connection: Connection, command: SendCommand): () => Promise<Categories> {
  let known: Promise<Categories> | undefined;
  const forget = () => {
    known = undefined;
  };
  connection.on("close", forget);
  return () => {
    known ??= readCategories(command).catch((error: unknown) => {
      forget();
      throw error;
    });
    return known;
  };
}

async function readCategories(command: SendCommand): Promise<Categories> {
  const names = (await command("ACL", "CAT")) as string[];
  const commands = await Promise.all(names.map((name) => command("ACL", "CAT", name)));
  return new Map(names.map((name, index) => [name, commands[index] as string[]]));
}
