import { documentationRoutes } from "../http/openapi/openapi-routes.ts";
import type { Route } from "../http/route/route.ts";
import { createSessions } from "../platform/access/sessions.ts";
import { createAccessTokens } from "../platform/access/tokens.ts";
import { createAudit } from "../platform/events/audit.ts";
import { customerRoutes } from "./customer/api.ts";
import { createCustomerService } from "./customer/service.ts";
import { sessionRoutes, userRoutes } from "./identity/api.ts";
import { createRefusedAttempts } from "./identity/refused-attempts.ts";
import { createSessionService } from "./identity/session-service.ts";
import { createUserService } from "./identity/user-service.ts";
import type { ModuleWorld } from "./world.ts";

/** Every operation of the API, its description included. */
export function routes(world: ModuleWorld): readonly Route[] {
  const { tenant, state, clock, authKeys, limiter, onShutdown } = world;
  const audit = createAudit(tenant.id);
  const sessions = createSessions({ state, clock });
  const tokens = createAccessTokens({ tenantId: tenant.id, keys: authKeys, clock });
  const customers = createCustomerService({ ...world, audit, country: tenant.country });
  const refusedAttempts = createRefusedAttempts({ ...world, audit });
  onShutdown("refused attempts", () => refusedAttempts.close());
  const operations = [
    ...sessionRoutes(createSessionService({ ...world, sessions, tokens, audit, refusedAttempts })),
    ...userRoutes(createUserService({ ...world, sessions, audit })),
    ...customerRoutes({ customers, limiter, country: tenant.country }),
  ];
  return [...operations, ...documentationRoutes(operations, `${tenant.displayName} API`)];
}
