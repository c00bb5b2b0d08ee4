import type { Impact } from "../services/impact-of.ts";

/** ITU-T X.733 section 8.1.2.3, without `cleared`, which is told by `clearedAt`. */
export type Severity = "critical" | "major" | "minor" | "warning" | "indeterminate";

/** What is wrong with an object. */
export type Trouble = "down" | "flapping" | "threshold";

/** One trouble of one object, from its report to its end. */
export interface Alarm {
  /** Object, trouble (or rule) and time of the report: the same facts give the same id. */
  readonly id: string;
  readonly object: string;
  readonly trouble: Trouble;
  /** Of a threshold alarm. */
  readonly rule: string | undefined;
  /** When the trouble began: for a lost device its first lost poll. */
  readonly raisedAt: number;
  /** The evaluation at which it had been pending for long enough. */
  readonly reportedAt: number;
  readonly changedAt: number;
  /** When the trouble ended: for a lost device the first answer of the run that brought it up. */
  readonly clearedAt: number | undefined;
  readonly severity: Severity;
  /** The alarms of the devices because of which this one is unreachable now. */
  readonly parents: readonly string[];
  /** Objects that were unreachable because of this one while the alarm lasted, and so have no alarm. */
  readonly suppressed: readonly string[];
  readonly impact: Impact;
  /** Work was planned when it last changed, or is planned now. */
  readonly planned: boolean;
  readonly acknowledgement: { readonly at: number; readonly by: string } | undefined;
}

/** Something that a person is told. What happens while work is planned is not told. */
export interface Notification {
  readonly at: number;
  readonly event: "raised" | "updated" | "cleared";
  readonly alarm: string;
}
