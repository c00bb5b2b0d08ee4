import type { CredentialsReport } from "../../../../contract/health-report.ts";
import { tenths } from "../../platform/base/tenths.ts";
import type { Config } from "../../platform/files/config.ts";
import type { CredentialsInUse } from "../../platform/files/credentials-in-use.ts";
import type { Dependencies, DependencyReport } from "../lifecycle/dependencies.ts";
import type { PhaseReport } from "../lifecycle/startup.ts";
import type { State } from "../lifecycle/state-machine.ts";

/** The body of `/health`. */
export interface HealthReport {
  /** `degraded`: it serves, but a dependency that is not critical is down. */
  readonly status: "starting" | "healthy" | "degraded" | "unhealthy" | "stopping";
  readonly state: State;
  readonly tenant: { readonly id: string; readonly name: string };
  readonly pod: string;
  /** Absent when the pod serves the API and does jobs. */
  readonly role?: Config["role"];
  readonly uptimeSeconds: number;
  /** Names of the dependencies that are down. */
  readonly down: readonly string[];
  readonly dependencies: readonly DependencyReport[];
  readonly credentials: CredentialsReport;
  readonly startup: { readonly done: boolean; readonly ms: number; readonly phases: readonly PhaseReport[] };
}

export interface HealthSource {
  readonly config: Config;
  readonly state: State;
  readonly dependencies: Dependencies;
  readonly credentials: CredentialsInUse;
  readonly phases: readonly PhaseReport[];
}

export function healthReport(source: HealthSource): HealthReport {
  const { config, state, dependencies, credentials, phases } = source;
  const reports = dependencies.reports();
  return {
    status: statusOf(state, dependencies.allUp),
    state,
    tenant: { id: config.tenant.id, name: config.tenant.name },
    pod: config.pod.name,
    ...(config.role && { role: config.role }),
    uptimeSeconds: Math.round(process.uptime()),
    down: reports.filter(({ up }) => !up).map(({ name }) => name),
    dependencies: reports,
    credentials: credentials.report(),
    startup: { done: started(state), ms: total(phases), phases },
  };
}

/** Whether all phases have finished. */
export function started(state: State): boolean {
  return !["Starting", "Initializing", "Failed"].includes(state);
}

function statusOf(state: State, allUp: boolean): HealthReport["status"] {
  switch (state) {
    case "Healthy":
      return allUp ? "healthy" : "degraded";
    case "Unhealthy":
    case "Failed":
      return "unhealthy";
    case "ShuttingDown":
    case "Exited":
      return "stopping";
    default:
      return "starting";
  }
}

function total(phases: readonly PhaseReport[]): number {
  return tenths(phases.reduce((sum, { ms }) => sum + ms, 0));
}
