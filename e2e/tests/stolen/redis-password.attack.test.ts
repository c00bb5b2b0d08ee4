import { beforeAll, describe, expect, it } from "vitest";
import { redisChannels } from "../../../contract/redis-access.ts";
import { cluster } from "../testing/live-cluster.ts";
import type { SampleTenant } from "../testing/sample-tenant.ts";
import { sharedTenants } from "../testing/shared-tenants.ts";
import { redisOfAttacker, type StolenLogin, stolenLogin } from "./attacker.ts";

/**
 * Commands that list, reach or stop what all tenants share. Each key is the tenant's own (`own:`), so Redis refuses the
 * command itself.
 */
const forbidden = [
  "KEYS *",
  "SCAN 0",
  "RANDOMKEY",
  "DBSIZE",
  "INFO",
  "CONFIG GET *",
  "CONFIG SET maxmemory 1",
  "ACL LIST",
  "ACL SETUSER x on",
  "CLIENT LIST",
  "CLIENT KILL TYPE normal",
  "CLIENT PAUSE 1000",
  "CLIENT NO-EVICT on",
  "MONITOR",
  "PUBSUB CHANNELS",
  "PSUBSCRIBE own:*",
  "PSUBSCRIBE t:*",
  "FLUSHALL",
  "SHUTDOWN NOSAVE",
  "SAVE",
  "BGREWRITEAOF",
  "REPLICAOF 127.0.0.1 1",
  "PSYNC ? -1",
  "SYNC",
  "MIGRATE 127.0.0.1 1 own:x 0 1",
  "EVAL return(1) 0",
  "FUNCTION LIST",
  "SCRIPT FLUSH",
  "MODULE LIST",
  "DEBUG SLEEP 1",
  "SLOWLOG GET",
  "LATENCY RESET",
  "SELECT 1",
  "SWAPDB 0 1",
  "MEMORY USAGE own:x",
  "OBJECT ENCODING own:x",
  "SORT own:x",
  "BLPOP own:x 1",
  "WAIT 1 1000",
  "COMMAND DOCS",
  "DUMP own:x",
  "RESTORE own:x 0 x",
  "COPY own:x own:y",
  "RENAME own:x own:y",
] as const;

describe.runIf(cluster.outside).each(["redis-cache", "redis-state"] as const)(
  "an attacker with a tenant's password of %s",
  (service) => {
    let north: SampleTenant;
    let south: SampleTenant;
    let stolen: StolenLogin;
    let other: string;

    beforeAll(async () => {
      ({ north, south } = await sharedTenants());
      stolen = await stolenLogin(north, "runtime", "redis.json");
      other = `t:${south.id}:`;
    });

    it("reads and writes keys of that tenant", async () => {
      await using redis = await redisOfAttacker(stolen, service);
      await redis.set(`t:${north.id}:stolen`, "x", "EX", 10);
      expect(await redis.get(`t:${north.id}:stolen`)).toBe("x");
    });

    it("cannot use the neighbour's keys and channels, not even inside MULTI", async () => {
      await using redis = await redisOfAttacker(stolen, service);
      await expect(redis.get(`${other}sessions`)).rejects.toThrow("NOPERM");
      await expect(redis.publish(redisChannels(other).events, "x")).rejects.toThrow("NOPERM");
      await expect(redis.subscribe(redisChannels(other).events)).rejects.toThrow("NOPERM");
      await expect(redis.expire(`${other}x`, 1)).rejects.toThrow("NOPERM");
      await expect(redis.multi().set(`${other}x`, "x").exec()).rejects.toThrow(/EXECABORT|NOPERM/);
    });

    it("cannot send commands that list, reach or stop things of all tenants", async () => {
      await using redis = await redisOfAttacker(stolen, service);
      const allowed: string[] = [];
      for (const line of forbidden) {
        const [command = "", ...words] = line.replaceAll("own:", `t:${north.id}:`).split(" ");
        const refusal = await redis.call(command, ...words).then(
          () => "carried out",
          (error: Error) => error.message,
        );
        if (!/^NOPERM.* to run the '|^ERR unknown command|^ERR DEBUG command not allowed/.test(refusal))
          allowed.push(`${line}: ${refusal}`);
      }
      expect(allowed).toEqual([]);
    });

    it("cannot log in as another user, nor without a password", async () => {
      for (const user of ["default", `t_${south.id}`, "dotmac_operator"]) {
        await expect(redisOfAttacker({ ...stolen, user }, service)).rejects.toThrow("WRONGPASS");
      }
      await expect(redisOfAttacker({ ...stolen, password: "" }, service)).rejects.toThrow("WRONGPASS");
    });
  },
);
