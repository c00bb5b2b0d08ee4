import { systemClock } from "../../../process/clock.ts";
import { createLogger, type Log } from "../../../process/log.ts";
import { listen } from "../http/server/listen.ts";
import { createCatalogue } from "../module/catalogue.ts";
import type { Module } from "../module/define-module.ts";
import { type Config, loadConfig } from "../platform/files/config.ts";
import { CredentialsInUse } from "../platform/files/credentials-in-use.ts";
import { openPlatformCa } from "../platform/files/platform-ca.ts";
import { openSecrets } from "../platform/files/secrets.ts";
import { openServerTls, type ServerTls } from "../platform/files/tls.ts";
import type { Watched } from "../platform/files/watched-file.ts";
import { createMetrics, type Metrics } from "../platform/telemetry/metrics.ts";
import type { Base } from "./lifecycle/base.ts";
import { Dependencies } from "./lifecycle/dependencies.ts";
import { Releasers } from "./lifecycle/releasers.ts";
import { followSignals } from "./lifecycle/shutdown.ts";
import { Startup } from "./lifecycle/startup.ts";
import { StateMachine } from "./lifecycle/state-machine.ts";
import { healthReport } from "./management/health-report.ts";
import { createManagementServer } from "./management/server.ts";
import { foundation } from "./phases/1-foundation.ts";
import { core } from "./phases/2-core.ts";
import { infrastructure } from "./phases/3-infrastructure.ts";
import { securityAndApi } from "./phases/4-security-and-api.ts";
import { realTime } from "./phases/5-real-time.ts";
import { followHealth, health } from "./phases/6-health.ts";

interface Process {
  readonly base: Base;
  readonly tls: Watched<ServerTls>;
  readonly machine: StateMachine;
  readonly startup: Startup;
  readonly metrics: Metrics;
}

/** Runs the process, from reading its files to its exit. */
export async function run(modules: readonly Module[]): Promise<void> {
  let log: Log = createLogger("info").child({ component: "runtime" });
  let machine = new StateMachine();
  try {
    const config = loadConfig(process.env);
    log = logOf(config);
    machine = new StateMachine((state, from) => {
      if (state !== "Failed") log.info("state", { state, from });
    });
    await start(prepareProcess(config, log, machine), modules);
  } catch (error) {
    // A failure during the shutdown is not a failure of the start.
    if (machine.state === "ShuttingDown") return;
    machine.enter("Failed");
    fail(log, error);
  }
}

/** Runs the six phases in order. Each uses what earlier ones have opened. */
async function start(
  { base, tls, machine, startup, metrics }: Process,
  modules: readonly Module[],
): Promise<void> {
  const catalogue = createCatalogue(modules);
  await openManagement({ base, tls, machine, startup, metrics });
  machine.enter("Initializing");

  const found = await startup.phase("foundation", (steps) => foundation(steps, base, metrics));
  await startup.phase("core", (steps) => core(steps, base, found));
  const infra = await startup.phase("infrastructure", (steps) => infrastructure(steps, base, metrics));
  const secured = await startup.phase("security and API", (steps) =>
    securityAndApi(steps, base, { ...found, ...infra }, { modules, catalogue }, metrics),
  );
  const live = await startup.phase("real-time", (steps) =>
    realTime(steps, base, { ...found, ...infra, ...secured }, metrics, catalogue),
  );
  await startup.phase("health", (steps) => health(steps, base, { ...infra, ...live }, { machine, tls }));

  for (const { name, ms } of startup.phases) metrics.phaseSeconds.set({ phase: name }, ms / 1000);
  machine.enter("Ready");
  followHealth(base, machine);
}

function prepareProcess(config: Config, log: Log, machine: StateMachine): Process {
  const clock = systemClock;
  const hurry = new AbortController();
  const secrets = openSecrets(config.paths.secrets, log);
  const credentials = new CredentialsInUse();
  credentials.add("auth", () => secrets.auth.current().keys.map(({ kid }) => kid));
  const base: Base = {
    config,
    secrets,
    credentials,
    ca: openPlatformCa(config.paths.ca, log).current,
    log,
    clock,
    releasers: new Releasers(log, clock),
    dependencies: new Dependencies(log, clock),
    hurry: hurry.signal,
  };
  const tls = openServerTls(config.paths.tls, log);
  followSignals({ base, machine, hurry, exit: (code) => process.exit(code) });
  process.on("uncaughtException", (error) => fail(log, error));
  return { base, tls, machine, startup: new Startup(log, clock), metrics: createMetrics() };
}

async function openManagement({ base, tls, machine, startup, metrics }: Process): Promise<void> {
  const { releasers, config, log } = base;
  const report = () => healthReport({ ...base, state: machine.state, phases: startup.phases });
  const server = createManagementServer({ tls, registry: metrics.registry, report });
  const port = await listen(server, config.api.managementPort);
  log.info("listening", { listener: "management", port });
  releasers.add("management", () => {
    server.close();
    server.closeAllConnections();
  });
}

function logOf({ logLevel, tenant, pod, role }: Config): Log {
  return createLogger(logLevel).child({
    component: role === "worker" ? "worker" : "runtime",
    tenant: tenant.name,
    tenant_id: tenant.id,
    pod: pod.name,
  });
}

/** Logs the reason in one line and exits with the code that makes the platform try again. */
function fail(log: Log, error: unknown): void {
  log.error(`the runtime failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
