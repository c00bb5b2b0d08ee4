import { Redis as Connection } from "ioredis";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { redisLogin, type Redis as Server, startRedis } from "../../../../harness/services/redis.ts";
import { eventually } from "../../kubernetes/testing/eventually.ts";
import { redisUser } from "../../tenant/resources/redis-users/redis-user.ts";
import { freshNames } from "../../tenant/testing/database/fresh-names.ts";
import { redisError } from "./errors.ts";
import { connectRedis, type Redis } from "./redis.ts";

let opened: AsyncDisposableStack;
let server: Server;
let admin: Connection;
let operator: Redis;

beforeEach(() => {
  opened = new AsyncDisposableStack();
});
afterEach(() => opened.disposeAsync());

async function start(settings: Readonly<Record<string, string>> = {}): Promise<void> {
  server = opened.use(await startRedis({ role: "state", settings }));
  admin = await connect();
  operator = open(server.operator);
}

async function connect(): Promise<Connection> {
  const connection = new Connection({ ...redisLogin(server), lazyConnect: true });
  opened.defer(() => connection.disconnect());
  await connection.connect();
  return connection;
}

function open(login: { username: string; password: string }): Redis {
  const { host, port, ca } = server;
  return opened.use(connectRedis({ host, port, ca: () => ca, ...login }));
}

async function writeKeys(count: number): Promise<void> {
  const keys = Array.from({ length: count }, (_, index) => [`t:gone:${index}`, "x".repeat(1_000)]);
  await admin.mset(keys.flat());
}

const removesKeys = () => operator.deleteKeys("t:gone:");

/** The state of the server that causes the answer, and the operator's request. */
const transient: readonly [string, string, () => Promise<unknown>][] = [
  [
    "LOADING",
    "loads its data",
    async () => {
      await start({ "enable-debug-command": "yes" });
      await writeKeys(200);
      // Connects first: a new connection waits until the server has loaded.
      await operator.users();
      await admin.config("SET", "loading-process-events-interval-bytes", "1024");
      await admin.config("SET", "key-load-delay", "20000");
      const reload = (await connect()).call("DEBUG", "RELOAD");
      opened.defer(async () => void (await reload));
      opened.defer(async () => void (await admin.config("SET", "key-load-delay", "0")));
      await eventually("it loads", async () => (await admin.info("persistence")).includes("\nloading:1"));
      return removesKeys();
    },
  ],
  [
    "BUSY",
    "runs a script that does not end",
    async () => {
      await start();
      await admin.config("SET", "busy-reply-threshold", "1");
      const script = (await connect()).eval("while true do end", 0).catch(() => {});
      opened.defer(async () => void (await script));
      opened.defer(async () => void (await admin.call("SCRIPT", "KILL")));
      await eventually("it is busy", () =>
        admin.ping().then(
          () => false,
          () => true,
        ),
      );
      return operator.users();
    },
  ],
  [
    "MASTERDOWN",
    "follows a server that is not there, and hides data that may be old",
    async () => {
      await start({ "replica-serve-stale-data": "no" });
      await admin.call("REPLICAOF", "127.0.0.1", "1");
      return removesKeys();
    },
  ],
  [
    "READONLY",
    "follows another",
    async () => {
      await start();
      await writeKeys(1);
      await admin.call("REPLICAOF", "127.0.0.1", "1");
      return removesKeys();
    },
  ],
  [
    "MISCONF",
    "cannot write its data to disk",
    async () => {
      await start({ "enable-protected-configs": "yes", appendonly: "no", save: "3600 1" });
      await writeKeys(1);
      await admin.config("SET", "dir", "/proc");
      // Otherwise the server could not be stopped.
      opened.defer(async () => void (await admin.config("SET", "save", "")));
      await admin.bgsave();
      await eventually("that has failed", async () => {
        return (await admin.info("persistence")).includes("rdb_last_bgsave_status:err");
      });
      return removesKeys();
    },
  ],
  [
    "ERR There was an error trying to save the ACLs",
    "cannot write its users to disk",
    async () => {
      await start({ "enable-protected-configs": "yes", appendonly: "no", aclfile: "users.acl" });
      await admin.config("SET", "dir", "/proc");
      return operator.setUser(redisUser(freshNames("north").names, "a password"));
    },
  ],
  [
    "OOM",
    "has no memory left",
    async () => {
      await start({ maxmemory: "1" });
      // No command of the operator needs more memory, so another client sends one.
      return admin
        .set("t:north:key", "x")
        .catch((error: unknown) => Promise.reject(redisError(error, "x:1")));
    },
  ],
  [
    "CLUSTERDOWN",
    "is part of a cluster that does not serve all keys",
    async () => {
      await start({ "cluster-enabled": "yes" });
      return admin
        .set("t:north:key", "x")
        .catch((error: unknown) => Promise.reject(redisError(error, "x:1")));
    },
  ],
];

describe("a transient failure of Redis comes from a server that", () => {
  it.each(transient)("answers %s because it %s", async (answer, _why, provoke) => {
    await expect(provoke()).rejects.toMatchObject({
      name: "RetryableError",
      reason: "RedisBusy",
      message: expect.stringMatching(
        new RegExp(`^Redis at \\S+:\\d+ cannot do it now: ${answer}\\b.*[^.]\\.$`),
      ),
    });
  });
});

describe("a failure of Redis that needs a person is", () => {
  beforeEach(() => start());

  it("a wrong password, and the message says where the right one belongs", async () => {
    await expect(open({ ...server.operator, password: "wrong" }).users()).rejects.toMatchObject({
      name: "TerminalError",
      reason: "RedisLoginRefused",
      message: expect.stringMatching(/refused: WRONGPASS .*\. The Secret that platform\.redis\.secret names/),
    });
  });

  it("a missing right, and the message names the needed rights", async () => {
    await admin.call("ACL", "SETUSER", "limited", "on", ">secret", "+@connection", "+info");
    await expect(open({ username: "limited", password: "secret" }).users()).rejects.toMatchObject({
      name: "TerminalError",
      reason: "RedisRefused",
      message: expect.stringMatching(
        /refused: NOPERM .*\. Give the operator's user the rights `~\* &\* \+@all`\.$/,
      ),
    });
  });

  it("a rule that the server does not know", async () => {
    const user = redisUser(freshNames("north").names, "a password");
    const unknown = { ...user, commands: ["nosuchcommand"] };
    await expect(operator.setUser(unknown)).rejects.toMatchObject({
      name: "TerminalError",
      reason: "RedisRefused",
      message: expect.stringMatching(/refused: ERR Error in ACL SETUSER .*nosuchcommand/),
    });
  });
});
