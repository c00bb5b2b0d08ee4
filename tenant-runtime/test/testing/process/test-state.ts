import { randomBytes } from "node:crypto";
import { inject } from "vitest";
import { createLogger } from "../../../../process/log.ts";
import { openRedis, type RedisLink } from "../../../src/platform/redis/redis.ts";
import { createRedisUser, newTenantId } from "./test-tenant.ts";

/** A connection to the Redis of state as the user of a new tenant, with the prefix of its keys. */
export async function connectTestState(): Promise<{ readonly link: RedisLink; readonly prefix: string }> {
  const id = newTenantId();
  const login = { user: `t_${id}`, password: randomBytes(18).toString("base64url") };
  const prefix = `t:${id}:`;
  const server = inject("redisState");
  await createRedisUser(server, id, login.password);
  const link = openRedis({
    name: "state",
    endpoint: server,
    login: { current: () => login, onChange: () => () => {} },
    ca: () => server.ca,
    prefix,
    log: createLogger("error"),
  });
  await link.connected();
  return { link, prefix };
}
