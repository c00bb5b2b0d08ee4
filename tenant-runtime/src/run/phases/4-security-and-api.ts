import { passwordDigest } from "../../../../contract/password-digest.ts";
import { mountApi } from "../../http/app.ts";
import { allowOrigins } from "../../http/middleware/access/cross-origin.ts";
import { documentationRoutes } from "../../http/openapi/openapi-routes.ts";
import type { Route } from "../../http/route/route.ts";
import { type Catalogue, requireKnownNames } from "../../module/catalogue.ts";
import type { Module } from "../../module/define-module.ts";
import { openModules } from "../../module/open-modules.ts";
import { createRecorder } from "../../module/record.ts";
import type { Loop, LoopWorld } from "../../module/work.ts";
import type { ModuleWorld } from "../../module/world.ts";
import type { Authenticate } from "../../platform/access/authentication.ts";
import { createAuthenticator } from "../../platform/access/authenticator.ts";
import { createLicence } from "../../platform/access/licence.ts";
import { createHashing, type Hashing } from "../../platform/access/passwords/hashing.ts";
import { createSessionEnds, type SessionEnds } from "../../platform/access/session-ends.ts";
import { Sessions } from "../../platform/access/sessions.ts";
import { createAccessTokens } from "../../platform/access/tokens.ts";
import { Idempotency } from "../../platform/database/idempotency.ts";
import { createAudit } from "../../platform/events/audit.ts";
import type { JobHandler } from "../../platform/jobs/job.ts";
import { Jobs } from "../../platform/jobs/jobs.ts";
import type { Limiter } from "../../platform/limits/limiter.ts";
import { createLimiter } from "../../platform/limits/limits.ts";
import { createLoginAttempts } from "../../platform/limits/login-attempts.ts";
import { createMail } from "../../platform/mail/mail-queue.ts";
import { Operations } from "../../platform/operations/operations.ts";
import { askProxy } from "../../platform/outbound/egress-tunnel.ts";
import { createOutbound, type Outbound } from "../../platform/outbound/outbound.ts";
import { openRedis, type RedisLink } from "../../platform/redis/redis.ts";
import { createState, type State, writeProbe } from "../../platform/redis/state.ts";
import { type Encryption, openEncryption } from "../../platform/secrets/encryption.ts";
import { VaultClient } from "../../platform/secrets/vault-client.ts";
import type { Metrics } from "../../platform/telemetry/metrics.ts";
import type { Base } from "../lifecycle/base.ts";
import type { Steps } from "../lifecycle/startup.ts";
import type { Foundation } from "./1-foundation.ts";
import type { Infrastructure } from "./3-infrastructure.ts";

/** The modules of the API and their declarations. */
export interface Modules {
  readonly modules: readonly Module[];
  readonly catalogue: Catalogue;
}

export interface Security {
  readonly authenticate: Authenticate;
  /** Hears of the sessions that this pod ends. */
  readonly sessionEnds: SessionEnds;
  readonly limiter: Limiter;
  /** The handlers of the modules' jobs. */
  readonly handlers: readonly JobHandler[];
  /** Opens the modules' own loops. */
  readonly loops: (world: LoopWorld) => readonly Loop[];
}

/** Opens the keys and sessions, and sets up authentication, licence, limits and the routes of the modules. */
export async function securityAndApi(
  steps: Steps,
  base: Base,
  { database, app, cache }: Foundation & Infrastructure,
  { modules, catalogue }: Modules,
  { registry }: Metrics,
): Promise<Security> {
  const { config, clock, log } = base;
  const encryption = await steps.critical("keys", () => openKeys(base));
  const { state, stateLink } = openState(base);
  await steps.optional("sessions", stateLink.connected);
  const sessionEnds = createSessionEnds();
  const authenticate = await steps.critical("authentication", () =>
    openAuthentication(base, { state, database, catalogue }),
  );
  const limiter: Limiter = await steps.critical("rate limiting", () =>
    createLimiter({ state, clock, limits: config.limits, log }),
  );
  const { handlers, loops } = await steps.critical("API", async () => {
    const opened = { database, cache, state, encryption, limiter, sessionEnds };
    const world = moduleWorld(base, opened, catalogue);
    const open = openModules(modules, world, registry);
    for (const { prepare } of open) await prepare();
    const routes = withDescription(
      open.flatMap((module) => module.routes),
      config.tenant.displayName,
      catalogue,
    );
    requireKnownNames(routes, modules);
    mountApi(app, routes, { ...gatesOf(base, world), authenticate }, log);
    return {
      handlers: open.flatMap((module) => module.handlers),
      loops: (own: LoopWorld) => open.flatMap((module) => module.loops(own)),
    };
  });
  return { authenticate, sessionEnds, limiter, handlers, loops };
}

function openAuthentication(
  { config, secrets, clock }: Base,
  { state, database, catalogue }: Pick<ModuleWorld, "state" | "database"> & Pick<Modules, "catalogue">,
): Authenticate {
  const tokens = createAccessTokens({ tenantId: config.tenant.id, keys: secrets.auth, clock });
  const users = catalogue.users({ database, clock });
  return createAuthenticator({ tokens, sessions: new Sessions({ state, clock }), users });
}

/** All parts of the platform that modules may use. */
function moduleWorld(
  base: Base,
  opened: Pick<ModuleWorld, "database" | "cache" | "state" | "encryption" | "limiter" | "sessionEnds">,
  { roles, subscriptions, derived, eventTypes, jobOf, mailTemplates }: Catalogue,
): ModuleWorld {
  const { config, secrets, clock, log, releasers } = base;
  const { database, state, encryption } = opened;
  const audit = createAudit(config.tenant.id);
  return {
    ...opened,
    clock,
    log,
    tenant: config.tenant,
    outbound: openOutbound(base),
    mail: createMail(encryption),
    mailTemplates,
    hashing: openHashing(base),
    loginAttempts: createLoginAttempts({ state, clock, limits: config.limits, index: encryption.index }),
    oneTimePasswordHours: config.authentication.oneTimePasswordHours,
    authKeys: secrets.auth,
    firstAdmin: secrets.admin,
    recorder: createRecorder(audit, subscriptions, derived),
    operations: new Operations({ database, sealer: encryption, audit }),
    jobs: new Jobs({ database, audit, declarationOf: jobOf }),
    licence: createLicence({ database, tenant: config.tenant, clock }),
    roles,
    eventTypes,
    onShutdown: (name, release) => releasers.add(name, release),
  };
}

/** The parts of the API that check each request, apart from authentication. */
function gatesOf({ config, clock }: Base, { database, encryption, limiter, licence, roles }: ModuleWorld) {
  return {
    permits: roles.permits,
    limiter,
    licence,
    idempotency: new Idempotency(database, encryption),
    clock,
    allowsOrigin: allowOrigins(config.tenant.allowedOrigins),
  };
}

function openHashing({ config, releasers }: Base): Hashing {
  const hashing = createHashing({ threads: config.authentication.hashingThreads });
  releasers.add("password hashing", () => hashing.close());
  return hashing;
}

/** These routes, and those that describe them all. */
function withDescription(routes: readonly Route[], tenant: string, { errors, topics }: Catalogue): Route[] {
  const followed = topics.names.map((name) => ({
    name,
    permission: topics.permissionFor(name),
    ...(topics.isOwned(name) && { owned: true }),
  }));
  const description = documentationRoutes(routes, { title: `${tenant} API`, errors, topics: followed });
  return [...routes, ...description];
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
  credentials.add("redis", () => [passwordDigest(stateLink.password())]);
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
