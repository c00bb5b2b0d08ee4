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
 * Measures an hour of 10,000 devices behind 20 cores, polled every minute, each with a service. One core fails with
 * all devices behind it.
 * @throws Error unless this gives exactly one alarm.
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

/**
 * Measures a chain of 10,000 devices, each behind the one before, that are all lost at once, and a chain of twice
 * the length. Linear work takes twice as long.
 */
export function measureChain() {
  walkAlarms(lostChain(devices), settings, 600);
  const [once, twice] = [devices, 2 * devices].map((length) => {
    const facts = lostChain(length);
    const begun = process.cpuUsage();
    walkAlarms(facts, settings, 600);
    const { user, system } = process.cpuUsage(begun);
    return Math.round((user + system) / 1000);
  });
  return { devices, milliseconds: once, twiceAsManyMilliseconds: twice };
}

function lostChain(length: number): MonitoringFacts {
  const polls = [..."..xxxx"].map((sign, minute) => ({ at: minute * 60, answered: sign === "." }));
  const ids = Array.from({ length }, (_, place) => `device-${place}`);
  const objects = ids.map((id, place) => ({
    ...{ id, kind: "device" as const, polls },
    parents: ids.slice(Math.max(0, place - 1), place),
  }));
  const plant = objects.map(({ id, kind, parents }) => ({ id, kind, needs: parents }));
  const services = ids.map((id) => ({ id, customer: id, paths: [[id]] }));
  return { objects, plant, services, rules: [], windows: [], acknowledgements: [] };
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
