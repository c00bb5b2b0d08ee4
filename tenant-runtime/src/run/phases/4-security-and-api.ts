import { mountApi } from "../../http/app.ts";
import { documentationRoutes } from "../../http/openapi/openapi-routes.ts";
import type { Route } from "../../http/route/route.ts";
import { type Catalogue, requireKnownPermissions } from "../../module/catalogue.ts";
import type { Module } from "../../module/define-module.ts";
import { createRecorder } from "../../module/record.ts";
import type { ModuleWorld } from "../../module/world.ts";
import type { Authenticate } from "../../platform/access/authentication.ts";
import { createAuthenticator } from "../../platform/access/authenticator.ts";
import { createHashing } from "../../platform/access/hashing.ts";
import { createLicence } from "../../platform/access/licence.ts";
import { createSessions } from "../../platform/access/sessions.ts";
import { createAccessTokens } from "../../platform/access/tokens.ts";
import { Idempotency } from "../../platform/database/idempotency.ts";
import { createAudit } from "../../platform/events/audit.ts";
import type { JobHandler } from "../../platform/jobs/job.ts";
import type { Limiter } from "../../platform/limits/limiter.ts";
import { createLimiter } from "../../platform/limits/limits.ts";
import { createLoginAttempts } from "../../platform/limits/login-attempts.ts";
import { askProxy } from "../../platform/outbound/egress-tunnel.ts";
import { createOutbound, type Outbound } from "../../platform/outbound/outbound.ts";
import { openRedis, type RedisLink } from "../../platform/redis/redis.ts";
import { createState, type State, writeProbe } from "../../platform/redis/state.ts";
import { type Encryption, openEncryption } from "../../platform/secrets/encryption.ts";
import { VaultClient } from "../../platform/secrets/vault-client.ts";
import type { Base } from "../lifecycle/base.ts";
import type { Steps } from "../lifecycle/startup.ts";
import type { Foundation } from "./1-foundation.ts";
import type { Infrastructure } from "./3-infrastructure.ts";

/** The modules of the API and what they declare. */
export interface Modules {
  readonly modules: readonly Module[];
  readonly catalogue: Catalogue;
}

export interface Security {
  readonly authenticate: Authenticate;
  readonly limiter: Limiter;
  /** What the modules do for their jobs. */
  readonly handlers: readonly JobHandler[];
}

/** Who may do what, how often, and what there is to do. */
export async function securityAndApi(
  steps: Steps,
  base: Base,
  { database, app, cache }: Foundation & Infrastructure,
  { modules, catalogue }: Modules,
): Promise<Security> {
  const { config, secrets, clock, log } = base;
  const encryption = await steps.critical("keys", () => openKeys(base));
  const { state, stateLink } = openState(base);
  await steps.optional("sessions", stateLink.connected);
  const authenticate = await steps.critical("authentication", () => {
    const tokens = createAccessTokens({ tenantId: config.tenant.id, keys: secrets.auth, clock });
    const users = catalogue.users({ database, clock });
    return createAuthenticator({ tokens, sessions: createSessions({ state, clock }), users });
  });
  const limiter: Limiter = await steps.critical("rate limiting", () =>
    createLimiter({ state, clock, limits: config.limits, log }),
  );
  const hashing = createHashing({ threads: config.authentication.hashingThreads });
  base.releasers.add("password hashing", () => hashing.close());
  const outbound = openOutbound(base);
  const handlers = await steps.critical("API", async () => {
    const idempotency = new Idempotency(database, encryption);
    const world: ModuleWorld = {
      database,
      cache,
      state,
      clock,
      log,
      limiter,
      outbound,
      tenant: config.tenant,
      encryption,
      hashing,
      loginAttempts: createLoginAttempts({ state, clock, limits: config.limits, index: encryption.index }),
      oneTimePasswordHours: config.authentication.oneTimePasswordHours,
      authKeys: secrets.auth,
      firstAdmin: secrets.admin,
      recorder: createRecorder(createAudit(config.tenant.id), catalogue.subscriptions),
      roles: catalogue.roles,
      onShutdown: (name, release) => base.releasers.add(name, release),
    };
    const opened = modules.map((module) => module.open(world));
    for (const { prepare } of opened) await prepare();
    const licence = createLicence({ database, tenant: config.tenant, clock });
    const { permits } = catalogue.roles;
    const gates = { authenticate, permits, limiter, licence, idempotency, clock };
    const routes = opened.flatMap((module) => module.routes);
    requireKnownPermissions(routes, modules);
    mountApi(app, [...routes, ...describe(routes, config.tenant.displayName, catalogue)], gates, log);
    return opened.flatMap((module) => module.handlers);
  });
  return { authenticate, limiter, handlers };
}

/** The operations that describe the API, themselves included. */
function describe(routes: readonly Route[], tenant: string, { errors, topics }: Catalogue): Route[] {
  const followed = topics.names.map((name) => ({ name, permission: topics.permissionFor(name) }));
  return documentationRoutes(routes, { title: `${tenant} API`, errors, topics: followed });
}

function openOutbound({ config, ca, releasers, dependencies }: Base): Outbound {
  const name = "external APIs";
  const { egress, paths } = config;
  if (egress === undefined) return createOutbound(undefined);
  const proxy = { ...egress, ca, tokenFile: paths.egressToken };
  const outbound = createOutbound(proxy, () => dependencies.suspect(name));
  releasers.add(name, () => outbound.close());
  dependencies.add({
    name,
    critical: false,
    check: () => askProxy(proxy),
    details: () => ({ proxy: `${proxy.host}:${proxy.port}` }),
  });
  return outbound;
}

async function openKeys({ config, secrets, ca, clock, releasers, dependencies }: Base): Promise<Encryption> {
  const vault = new VaultClient({ ...config.vault, ca, tokenFile: config.paths.vaultToken }, clock);
  releasers.add("Vault", () => vault.close());
  dependencies.add({ name: "vault", critical: false, check: () => vault.check() });
  return openEncryption({ vault, keys: secrets.encryption.current() });
}

function openState({ config, secrets, credentials, ca, log, releasers, dependencies }: Base) {
  const { state: endpoint, prefix } = config.redis;
  const stateLink: RedisLink = openRedis({ name: "state", endpoint, login: secrets.redis, ca, prefix, log });
  releasers.add("Redis state", stateLink.close);
  credentials.addRedis(stateLink.password);
  dependencies.add({
    name: "state",
    critical: false,
    check: async () => ({ roundTripMs: await writeProbe(stateLink) }),
    details: () => ({ endpoint: stateLink.endpoint }),
  });
  stateLink.onChange(() => dependencies.suspect("state"));
  const state: State = createState(stateLink, () => dependencies.suspect("state"));
  return { state, stateLink };
}
