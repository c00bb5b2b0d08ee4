import { ReplyError } from "ioredis";
import { describe, expect, it } from "vitest";
import { type RedisFailure, redisFailure } from "./redis-reply.ts";

const replies: readonly (readonly [string, RedisFailure])[] = [
  ["LOADING Redis is loading the dataset in memory", "transient"],
  ["OOM command not allowed when used memory > 'maxmemory'.", "transient"],
  ["MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist", "transient"],
  ["READONLY You can't write against a read only replica.", "transient"],
  ["NOREPLICAS Not enough good replicas to write.", "transient"],
  ["BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.", "transient"],
  ["MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", "transient"],
  ["CLUSTERDOWN Hash slot not served", "transient"],
  ["TRYAGAIN Multiple keys request during rehashing of slot", "transient"],
  ["ERR max number of clients reached", "transient"],
  ["ERR There was an error trying to save the ACLs. Please check the server logs", "transient"],
  ["NOAUTH Authentication required.", "login"],
  ["WRONGPASS invalid username-password pair or user is disabled.", "login"],
  ["NOPERM User t_a has no permissions to run the 'set' command", "permission"],
  ["WRONGTYPE Operation against a key holding the wrong kind of value", "fault"],
  ["ERR unknown command 'FOO', with args beginning with: ", "fault"],
  ["ERR wrong number of arguments for 'get' command", "fault"],
  ["BUSYKEY Target key name already exists.", "fault"],
  ["EXECABORT Transaction discarded because of previous errors.", "fault"],
];

describe("an error reply of Redis", () => {
  it.each(replies)("%s: %s", (text, failure) => {
    expect(redisFailure(new ReplyError(text))).toBe(failure);
  });

  it.each([
    [["OOM no memory"], "transient"],
    [["OOM no memory", "ERR unknown command 'FOO'"], "fault"],
    [["NOPERM no"], "permission"],
  ] as const)("EXECABORT after %j: %s", (texts, failure) => {
    const error = new ReplyError("EXECABORT Transaction discarded because of previous errors.");
    const previousErrors = texts.map((text) => new ReplyError(text));
    expect(redisFailure(Object.assign(error, { previousErrors }))).toBe(failure);
  });
});

it.each([
  [new Error("Connection is closed."), "unreachable"],
  [Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }), "unreachable"],
  [new TypeError("client.gett is not a function"), "fault"],
  [new SyntaxError("Unexpected token"), "fault"],
] as const)("%s: %s", (error, failure) => {
  expect(redisFailure(error)).toBe(failure);
});
