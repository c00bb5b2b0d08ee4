import { defineModule } from "../../module/define-module.ts";
import { createSessions } from "../../platform/access/sessions.ts";
import { createAccessTokens } from "../../platform/access/tokens.ts";
import { sessionRoutes, userRoutes } from "./api.ts";
import { identityErrors } from "./errors.ts";
import { ensureFirstAdministrator } from "./first-administrator.ts";
import { followFirstAdministrator } from "./follow-first-administrator.ts";
import { session, user } from "./models.ts";
import { createRefusedAttempts } from "./refused-attempts.ts";
import { createSessionService } from "./session-service.ts";
import { createUserService } from "./user-service.ts";
import { createUserVersions } from "./user-versions.ts";

export const identity = defineModule({
  name: "identity",
  permissions: { "users:manage": ["admin"] },
  entities: [user, session],
  errors: identityErrors,
  users: createUserVersions,
  open(world) {
    const { tenant, state, clock, authKeys, roles, onShutdown, firstAdmin, log } = world;
    const sessions = createSessions({ state, clock });
    const tokens = createAccessTokens({ tenantId: tenant.id, keys: authKeys, clock });
    const refusedAttempts = createRefusedAttempts(world);
    onShutdown("refused attempts", () => refusedAttempts.close());
    return {
      sessions: createSessionService({ ...world, sessions, tokens, refusedAttempts }),
      users: createUserService({ ...world, sessions }),
      roles,
      followAdministrators: () =>
        followFirstAdministrator(firstAdmin, (account) => ensureFirstAdministrator(world, account), log),
    };
  },
  routes: ({ sessions, users, roles }) => [...sessionRoutes(sessions, roles), ...userRoutes(users)],
  prepare: ({ followAdministrators }) => followAdministrators(),
});
