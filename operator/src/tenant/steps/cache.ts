import { sameUser } from "../../clients/redis/acl-user.ts";
import { done, type Outcome } from "../../controller/outcome.ts";
import { redisUser } from "../desired/redis-user.ts";
import { requireCredentials } from "../require-credentials.ts";
import { redisPasswords } from "../rotation.ts";
import { asStopped } from "../stopped-user.ts";
import type { Subject } from "../subject.ts";

/** Gives the tenant its user on both Redis servers. */
export async function cache(subject: Subject): Promise<Outcome> {
  const wanted = redisUser(subject.plan.names, ...redisPasswords(requireCredentials(subject)));
  const { cache, state } = subject.world.redis;
  await Promise.all(
    [cache, state].map(async (server) => {
      const found = await server.user(wanted.name);
      const kept = asStopped(wanted, found);
      if (sameUser(kept, found)) return;
      await server.setUser(kept);
      subject.changes.push(`changed the user ${wanted.name} of Redis at ${server.server}`);
    }),
  );
  subject.world.redisDigests.set(subject.plan.names.id, wanted.passwordHashes);
  return done;
}
