import { sameUser } from "../../../clients/redis/acl-user.ts";
import { done, type Outcome } from "../../../kubernetes/loop/outcome.ts";
import { credentialsFound } from "../../credentials/credentials-found.ts";
import { redisRoles } from "../../model/redis-roles.ts";
import type { Subject } from "../../step/subject.ts";
import type { GivenPasswords } from "./given-passwords.ts";
import { redisPasswords } from "./login.ts";
import { redisUser } from "./redis-user.ts";
import { stoppedOnFound } from "./share-limit.ts";
import { asStopped, isStopped } from "./stopped-user.ts";

/** Ensures the tenant's user on both Redis servers, and notes its passwords in `given`. */
export async function ensureUsers(subject: Subject, given: GivenPasswords): Promise<Outcome> {
  const { secret } = subject.found.require(credentialsFound);
  const desired = redisUser(subject.blueprint.names, ...redisPasswords(secret));
  const kept = await Promise.all(
    redisRoles.map(async (role) => {
      const server = subject.world.redis[role];
      const found = await server.user(desired.name);
      const user = asStopped(desired, found);
      if (!sameUser(user, found)) {
        await server.setUser(user);
        subject.changes.push(`changed the user ${desired.name} of Redis at ${server.server}`);
      }
      return { role, user };
    }),
  );
  const stoppedOn = kept.filter(({ user }) => isStopped(user)).map(({ role }) => role);
  subject.found.set(stoppedOnFound, stoppedOn);
  given.set(subject.blueprint.names.id, desired.passwordHashes);
  return done;
}
