import { defineModule } from "../../module/define-module.ts";
import { createEstimateStrength } from "../../platform/access/passwords/guessing.ts";
import { Sessions } from "../../platform/access/sessions.ts";
import { createAccessTokens } from "../../platform/access/tokens.ts";
import { sessionRoutes, userRoutes } from "./api.ts";
import { identityErrors } from "./errors.ts";
import { ensureFirstAdministrator } from "./first-administrator.ts";
import { followFirstAdministrator } from "./follow-first-administrator.ts";
import { sessionMetrics } from "./metrics.ts";
import { createIdentityOffers } from "./offers.ts";
import { RefusedAttempts } from "./refused-attempts.ts";
import { SessionService } from "./session-service.ts";
import { session, user } from "./store/models.ts";
import { createUserVersions } from "./store/user-versions.ts";
import { createUserService } from "./user-service.ts";

export const identity = defineModule({
  name: "identity",
  permissions: { "users:manage": ["admin"] },
  entities: [user, session],
  errors: identityErrors,
  metrics: sessionMetrics,
  users: createUserVersions,
  uses: [
    "database",
    "cache",
    "state",
    "encryption",
    "recorder",
    "hashing",
    "loginAttempts",
    "sessionEnds",
    "authKeys",
    "firstAdmin",
    "oneTimePasswordHours",
    "tenant",
    "roles",
    "clock",
    "log",
    "onShutdown",
  ],
  open(world, { meters }) {
    const { tenant, state, clock, sessionEnds, authKeys, roles, onShutdown, firstAdmin, log } = world;
    const sessions = new Sessions({ state, clock, ends: sessionEnds });
    const tokens = createAccessTokens({ tenantId: tenant.id, keys: authKeys, clock });
    const refusedAttempts = new RefusedAttempts(world);
    onShutdown("refused attempts", () => refusedAttempts.close());
    return {
      sessions: new SessionService({
        ...world,
        meters,
        sessions,
        tokens,
        refusedAttempts,
        estimateStrength: createEstimateStrength(),
      }),
      users: createUserService({ ...world, sessions }),
      roles,
      offers: createIdentityOffers(world),
      followAdministrators: () =>
        followFirstAdministrator(firstAdmin, (account) => ensureFirstAdministrator(world, account), log),
    };
  },
  offers: ({ offers }) => offers,
  routes: ({ sessions, users, roles }) => [...sessionRoutes(sessions, roles), ...userRoutes(users)],
  prepare: ({ followAdministrators }) => followAdministrators(),
});
