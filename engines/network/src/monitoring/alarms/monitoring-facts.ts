import type { MaintenanceWindow } from "../maintenance/maintenance-window.ts";
import type { PlantElement, Service } from "../services/service-facts.ts";
import type { Poll } from "../states/poll.ts";
import type { StatePolicy } from "../states/state-policy.ts";
import type { FlappingPolicy } from "../states/walk-flapping.ts";
import type { Sample, Threshold } from "../states/walk-threshold.ts";
import type { Severity } from "./alarm.ts";

/** A device, port or circuit that is polled. */
export interface MonitoredObject {
  readonly id: string;
  readonly kind: PlantElement["kind"];
  /** What it is reached through, seen from the poller. */
  readonly parents: readonly string[];
  readonly polls: readonly Poll[];
}

/** A value of an object with an alarm's levels. */
export interface ThresholdRule extends Threshold {
  readonly id: string;
  readonly object: string;
  /** What is measured, such as "temperature". */
  readonly indicator: string;
  readonly severity: Severity;
  readonly samples: readonly Sample[];
}

/** Everything that alarms follow from; lists in any order. */
export interface MonitoringFacts {
  readonly objects: readonly MonitoredObject[];
  readonly rules: readonly ThresholdRule[];
  readonly windows: readonly MaintenanceWindow[];
  /** What services are built on; may have elements that nobody polls. */
  readonly plant: readonly PlantElement[];
  readonly services: readonly Service[];
  readonly acknowledgements: readonly Acknowledgement[];
}

/** A person takes care of an alarm. */
export interface Acknowledgement {
  readonly alarm: string;
  readonly at: number;
  readonly by: string;
}

export interface MonitoringSettings {
  readonly states: StatePolicy;
  readonly flapping: FlappingPolicy;
  /** Seconds between two evaluations, which are at multiples of it since 1970. */
  readonly evaluateEverySeconds: number;
  /** For how long a trouble must last before it is an alarm: two evaluations or more. */
  readonly pendingSeconds: number;
}
