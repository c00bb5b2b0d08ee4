import type { MonitoringFacts, MonitoringSettings } from "../src/monitoring/alarms/monitoring-facts.ts";
import { walkAlarms } from "../src/monitoring/alarms/walk-alarms.ts";

const devices = 10_000;
const cores = 20;
const minutes = 60;

const settings: MonitoringSettings = {
  states: { lossesBeforeDown: 3, answersBeforeUp: 2, staleAfterSeconds: 600 },
  flapping: { startPercent: 30, stopPercent: 20 },
  evaluateEverySeconds: 60,
  pendingSeconds: 120,
};

/**
 * Measures an hour of 10,000 devices behind 20 cores, polled every minute, each with a service, in which one
 * core fails with all that lies behind it.
 * @throws Error unless that is one alarm.
 */
export function measureAlarms() {
  const facts = hourWithFailure();
  walkAlarms(facts, settings, minutes * 60);
  const begun = process.cpuUsage();
  const { alarms } = walkAlarms(facts, settings, minutes * 60);
  const { user, system } = process.cpuUsage(begun);
  const [alarm] = alarms;
  if (alarms.length !== 1 || alarm === undefined)
    throw new Error(`expected one alarm; found ${alarms.length}`);
  return {
    devices,
    polls: devices * minutes,
    milliseconds: Math.round((user + system) / 1000),
    suppressed: alarm.suppressed.length,
    customers: alarm.impact.customers.length,
  };
}

function hourWithFailure(): MonitoringFacts {
  const objects = Array.from({ length: devices }, (_, place) => ({
    id: `device-${place}`,
    kind: "device" as const,
    parents: place < cores ? [] : [`device-${place % cores}`],
    polls: Array.from({ length: minutes }, (_, minute) => ({
      at: minute * 60 + (place % 60),
      answered: place % cores !== 0 || minute < 10 || minute >= 40,
    })),
  }));
  const plant = objects.map(({ id, kind }) => ({ id, kind, needs: [] }));
  const services = objects.map(({ id }) => ({ id, customer: id, paths: [[id]] }));
  return { objects, plant, services, rules: [], windows: [], acknowledgements: [] };
}
