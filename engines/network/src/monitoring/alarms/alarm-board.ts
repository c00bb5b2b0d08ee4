import { type Impact, impactOf } from "../services/impact-of.ts";
import type { ServiceMap } from "../services/service-map.ts";
import type { Notification, Severity } from "./alarm.ts";
import { type AlarmRecord, newRecord } from "./alarm-record.ts";
import type { Situation } from "./situation.ts";
import type { Slot } from "./slot.ts";

/** The alarms so far and the notifications about them. */
export class AlarmBoard {
  readonly records = new Map<string, AlarmRecord>();
  readonly notifications: Notification[] = [];
  readonly #situation: Situation;
  readonly #services: ServiceMap;
  readonly #downAlarms = new Map<string, AlarmRecord>();

  constructor(situation: Situation, services: ServiceMap) {
    this.#situation = situation;
    this.#services = services;
  }

  raise(slot: Slot, raisedAt: number, at: number, severity: Severity): void {
    const record = newRecord(slot, raisedAt, at, severity);
    slot.alarm = record.id;
    this.records.set(record.id, record);
    record.planned = this.#situation.isPlanned(slot.object, at);
    if (slot.trouble === "down") this.#downAlarms.set(slot.object, record);
    this.#weigh(record);
    this.#tell(record, "raised", at);
  }

  clear(slot: Slot, clearedAt: number, at: number): void {
    const record = this.records.get(slot.alarm ?? "");
    slot.alarm = undefined;
    if (record === undefined) return;
    if (slot.trouble === "down") this.#downAlarms.delete(slot.object);
    record.clearedAt = clearedAt;
    record.changedAt = at;
    record.parents = [];
    if (record.notified) this.notifications.push({ at, event: "cleared", alarm: record.id });
  }

  /** Updates the alarms to the objects that are unreachable now and to their causes. */
  correlate(objects: Iterable<string>, at: number): void {
    const grown = new Set<AlarmRecord>();
    for (const object of objects) {
      const roots = this.#rootsOf(object);
      for (const root of roots) {
        if (root.suppressed.has(object)) continue;
        root.suppressed.add(object);
        grown.add(root);
      }
      const own = this.#downAlarms.get(object);
      if (own !== undefined) this.#relate(own, roots, at);
    }
    for (const root of grown) {
      this.#weigh(root);
      if (root.reportedAt < at) this.#update(root, at);
    }
  }

  /** Notes that work on the alarm's object begins or ends. A suppressed alarm is notified when the work ends. */
  plan(slot: Slot, at: number): void {
    const record = this.records.get(slot.alarm ?? "");
    if (record === undefined) return;
    const planned = this.#situation.isPlanned(slot.object, at);
    if (planned === record.planned) return;
    record.planned = planned;
    this.#update(record, at);
  }

  #rootsOf(object: string): readonly AlarmRecord[] {
    if (this.#situation.reach.of(object) !== "unreachable") return [];
    const causes = [...this.#situation.reach.causesOf(object)].sort();
    return causes.flatMap((cause) => this.#downAlarms.get(cause) ?? []);
  }

  #relate(own: AlarmRecord, roots: readonly AlarmRecord[], at: number): void {
    const parents = roots.map(({ id }) => id);
    if (parents.join() === own.parents.join()) return;
    own.parents = parents;
    this.#update(own, at);
  }

  #update(record: AlarmRecord, at: number): void {
    record.changedAt = at;
    this.#tell(record, "updated", at);
  }

  #tell(record: AlarmRecord, event: Notification["event"], at: number): void {
    if (record.planned) return;
    this.notifications.push({ at, event: record.notified ? event : "raised", alarm: record.id });
    record.notified = true;
  }

  /** X.733: critical if a service is lost, major if one is degraded, minor if none is. */
  #weigh(record: AlarmRecord): void {
    const { object, trouble } = record.slot;
    if (trouble === "threshold") return;
    const impact = impactOf(this.#services, new Set([object, ...record.suppressed]));
    record.impact = trouble === "down" ? impact : onlyDegraded(impact);
    if (trouble === "flapping") return;
    const lost = record.suppressed.size > 0 || impact.services.some(({ state }) => state === "down");
    record.severity = lost ? "critical" : "major";
  }
}

/** Services over a flapping device are degraded, not lost. */
function onlyDegraded({ services, customers }: Impact): Impact {
  return {
    services: services.map((service) => ({ ...service, state: "degraded" })),
    customers: customers.map((customer) => ({ ...customer, state: "degraded" })),
  };
}
