import type { MaintenanceWindow } from "../maintenance/maintenance-window.ts";
import type { PlantElement, Service } from "../services/service-facts.ts";
import type { Poll } from "../states/poll.ts";
import type { StatePolicy } from "../states/state-policy.ts";
import type { FlappingPolicy } from "../states/walk-flapping.ts";
import type { Sample, Threshold } from "../states/walk-threshold.ts";
import type { Severity } from "./alarm.ts";

/** A polled device, port or circuit. */
export interface MonitoredObject {
  readonly id: string;
  readonly kind: PlantElement["kind"];
  /** The devices through which the poller reaches it. */
  readonly parents: readonly string[];
  readonly polls: readonly Poll[];
}

/** A measured value of an object, with the levels of its alarm. */
export interface ThresholdRule extends Threshold {
  readonly id: string;
  readonly object: string;
  /** The measured quantity, such as "temperature". */
  readonly indicator: string;
  readonly severity: Severity;
  readonly samples: readonly Sample[];
}

/** The inputs of alarms. Lists may be in any order. */
export interface MonitoringFacts {
  readonly objects: readonly MonitoredObject[];
  readonly rules: readonly ThresholdRule[];
  readonly windows: readonly MaintenanceWindow[];
  /** The elements that services are built on. Some may not be polled. */
  readonly plant: readonly PlantElement[];
  readonly services: readonly Service[];
  readonly acknowledgements: readonly Acknowledgement[];
}

/** A person's note that they handle an alarm. */
export interface Acknowledgement {
  readonly alarm: string;
  readonly at: number;
  readonly by: string;
}

export interface MonitoringSettings {
  readonly states: StatePolicy;
  readonly flapping: FlappingPolicy;
  /** Seconds between two evaluations. Each is at a multiple of this since 1970. */
  readonly evaluateEverySeconds: number;
  /** The seconds that a trouble must last before it is an alarm: at least two evaluations. */
  readonly pendingSeconds: number;
}
