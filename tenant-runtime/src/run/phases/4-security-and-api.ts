import { mountApi } from "../../http/app.ts";
import type { Route } from "../../http/route/route.ts";
import { permits } from "../../modules/identity/permissions.ts";
import { createUserVersions } from "../../modules/identity/user-versions.ts";
import type { ModuleWorld } from "../../modules/world.ts";
import type { Authenticate } from "../../platform/access/authentication.ts";
import { createAuthenticator } from "../../platform/access/authenticator.ts";
import { createHashing } from "../../platform/access/hashing.ts";
import { createLicence } from "../../platform/access/licence.ts";
import { createSessions } from "../../platform/access/sessions.ts";
import { createAccessTokens } from "../../platform/access/tokens.ts";
import { Idempotency } from "../../platform/database/idempotency.ts";
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

/** What the tenant's modules bring: their operations, and what must be done once before the first request. */
export interface Modules {
  routes(world: ModuleWorld): readonly Route[];
  prepare(world: ModuleWorld): Promise<void>;
}

export interface Security {
  readonly authenticate: Authenticate;
  readonly limiter: Limiter;
}

/** Who may do what, how often, and what there is to do. */
export async function securityAndApi(
  steps: Steps,
  base: Base,
  { database, app, cache }: Foundation & Infrastructure,
  modules: Modules,
): Promise<Security> {
  const { config, secrets, clock, log } = base;
  const encryption = await steps.critical("keys", () => openKeys(base));
  const { state, stateLink } = openState(base);
  await steps.optional("sessions", stateLink.connected);
  const authenticate = await steps.critical("authentication", () => {
    const tokens = createAccessTokens({ tenantId: config.tenant.id, keys: secrets.auth, clock });
    const users = createUserVersions({ database, clock });
    return createAuthenticator({ tokens, sessions: createSessions({ state, clock }), users });
  });
  const limiter: Limiter = await steps.critical("rate limiting", () =>
    createLimiter({ state, clock, limits: config.limits, log }),
  );
  const hashing = createHashing({ threads: config.authentication.hashingThreads });
  base.releasers.add("password hashing", () => hashing.close());
  const outbound = openOutbound(base);
  await steps.critical("API", async () => {
    const idempotency = new Idempotency(database, encryption);
    const world: ModuleWorld = {
      database: idempotency.database,
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
      onShutdown: (name, release) => base.releasers.add(name, release),
    };
    await modules.prepare(world);
    const licence = createLicence({ database, tenant: config.tenant, clock });
    const gates = { authenticate, permits, limiter, licence, idempotency, clock };
    mountApi(app, modules.routes(world), gates, log);
  });
  return { authenticate, limiter };
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
