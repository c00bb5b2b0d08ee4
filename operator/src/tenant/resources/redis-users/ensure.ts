import { sameUser } from "../../../clients/redis/acl-user.ts";
import { done, type Outcome } from "../../../kubernetes/loop/outcome.ts";
import { requireCredentials } from "../../credentials/require-credentials.ts";
import { redisRoles } from "../../model/redis-roles.ts";
import { redisPasswords } from "../../model/rotation.ts";
import type { Subject } from "../../step/subject.ts";
import { redisUser } from "./redis-user.ts";
import { asStopped, isStopped } from "./stopped-user.ts";

/** Gives the tenant its user on both Redis servers. */
export async function ensureUsers(subject: Subject): Promise<Outcome> {
  const wanted = redisUser(subject.plan.names, ...redisPasswords(requireCredentials(subject)));
  const kept = await Promise.all(
    redisRoles.map(async (role) => {
      const server = subject.world.redis[role];
      const found = await server.user(wanted.name);
      const user = asStopped(wanted, found);
      if (!sameUser(user, found)) {
        await server.setUser(user);
        subject.changes.push(`changed the user ${wanted.name} of Redis at ${server.server}`);
      }
      return { role, user };
    }),
  );
  subject.found.stoppedOn = kept.filter(({ user }) => isStopped(user)).map(({ role }) => role);
  subject.world.redisDigests.set(subject.plan.names.id, wanted.passwordHashes);
  return done;
}
