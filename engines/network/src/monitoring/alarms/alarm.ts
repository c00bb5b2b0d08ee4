import type { Impact } from "../services/impact-of.ts";

/** ITU-T X.733 section 8.1.2.3, without `cleared`, which `clearedAt` expresses. */
export type Severity = "critical" | "major" | "minor" | "warning" | "indeterminate";

/** The kind of trouble of an object. */
export type Trouble = "down" | "flapping" | "threshold";

/** One trouble of one object, from its report to its end. */
export interface Alarm {
  /**
   * Object, trouble (or rule) and time of the report, so that the same facts give the same id. A slash within an
   * object or a rule is `%2F`, a percent sign `%25`.
   */
  readonly id: string;
  readonly object: string;
  readonly trouble: Trouble;
  /** The rule of a threshold alarm. */
  readonly rule: string | undefined;
  /** The instant at which the trouble began. For a lost device: its first lost poll. */
  readonly raisedAt: number;
  /** The evaluation at which the trouble had been pending for long enough. */
  readonly reportedAt: number;
  readonly changedAt: number;
  /** The instant at which the trouble ended. For a lost device: the first of the answers that brought it up. */
  readonly clearedAt: number | undefined;
  readonly severity: Severity;
  /** The alarms of the devices that make this one unreachable now. */
  readonly parents: readonly string[];
  /** Objects without an alarm, because this one made them unreachable while its alarm lasted. */
  readonly suppressed: readonly string[];
  readonly impact: Impact;
  /** Whether work is planned now, or was planned at the last change. */
  readonly planned: boolean;
  readonly acknowledgement: { readonly at: number; readonly by: string } | undefined;
}

/** A message to a person. Changes during planned work cause none. */
export interface Notification {
  readonly at: number;
  readonly event: "raised" | "updated" | "cleared";
  readonly alarm: string;
}
