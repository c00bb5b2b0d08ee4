import { plannedWork } from "../maintenance/planned-work.ts";
import { monitoringFault } from "../monitoring-fault.ts";
import { requireDistinct } from "../require-distinct.ts";
import { requireWhole } from "../require-whole.ts";
import { ServiceMap } from "../services/service-map.ts";
import type { ReachState } from "../topology/reach.ts";
import { Topology } from "../topology/topology.ts";
import { acknowledged } from "./acknowledged.ts";
import type { Alarm, Notification, Trouble } from "./alarm.ts";
import { AlarmBoard } from "./alarm-board.ts";
import { Evaluation } from "./evaluation.ts";
import type { MonitoringFacts, MonitoringSettings } from "./monitoring-facts.ts";
import { newsByEvaluation } from "./news.ts";
import { Situation } from "./situation.ts";

/** The troubles without a rule. */
const ownTroubles: ReadonlySet<string> = new Set<Trouble>(["down", "flapping"]);

/** The state of an object at the end of the walk. */
export interface Standing {
  readonly id: string;
  readonly state: ReachState;
  /** The begin of the state; undefined if no state is known. */
  readonly since: number | undefined;
  readonly flapping: boolean;
  readonly planned: boolean;
  /** The devices that are down and make it unreachable. */
  readonly causes: readonly string[];
}

export interface AlarmWalk {
  /** Sorted by report. */
  readonly alarms: readonly Alarm[];
  readonly notifications: readonly Notification[];
  readonly standings: readonly Standing[];
}

/**
 * The alarms from polls, samples and planned work, up to and including the last evaluation that is not after
 * `until`. Facts may be in any order; the same facts give the same alarms.
 * @throws NetworkFault MONITORING_INVALID for facts or settings that contradict each other or name an unknown
 * object, and for a pending time of less than two evaluations.
 */
export function walkAlarms(facts: MonitoringFacts, settings: MonitoringSettings, until: number): AlarmWalk {
  requireSettings(settings);
  const topology = Topology.of(facts.objects);
  requireRules(facts, topology);
  const services = ServiceMap.of(facts.plant, facts.services);
  const planned = plannedWork(topology, facts.windows, timeOf(facts, until));
  const situation = new Situation(topology, planned);
  const board = new AlarmBoard(situation, services);
  const evaluation = new Evaluation(facts, settings, situation, board);
  evaluation.runUntil(until, newsByEvaluation(facts, planned, settings, until));
  return {
    alarms: acknowledged([...board.records.values()], facts.acknowledgements),
    notifications: board.notifications,
    standings: topology.ids.map((id) => standingOf(id, situation, until)),
  };
}

function standingOf(id: string, situation: Situation, until: number): Standing {
  const state = situation.reach.of(id);
  return {
    id,
    state,
    since: situation.since(id),
    flapping: situation.isFlapping(id),
    planned: situation.isPlanned(id, until),
    causes: state === "unreachable" ? [...situation.reach.causesOf(id)].sort() : [],
  };
}

/** The span from the first fact to a second after the last evaluation, which windows must cover. */
function timeOf({ objects, rules }: MonitoringFacts, until: number): { from: number; to: number } {
  let from = until;
  for (const { polls } of objects) for (const { at } of polls) from = Math.min(from, at);
  for (const { samples } of rules) for (const { at } of samples) from = Math.min(from, at);
  return { from, to: until + 1 };
}

function requireSettings({ evaluateEverySeconds, pendingSeconds }: MonitoringSettings): void {
  requireWhole("evaluateEverySeconds", evaluateEverySeconds, 1);
  requireWhole("pendingSeconds", pendingSeconds, 0);
  if (pendingSeconds >= 2 * evaluateEverySeconds) return;
  throw monitoringFault(
    `pendingSeconds of two evaluations or more (2 × ${evaluateEverySeconds})`,
    String(pendingSeconds),
    `write ${2 * evaluateEverySeconds} or more, so that one lost sample is no alarm`,
    ["settings", "pendingSeconds"],
  );
}

function requireRules({ rules }: MonitoringFacts, topology: Topology): void {
  requireDistinct("rules", rules, "rules");
  requireRuleNames(rules);
  const place = rules.findIndex(({ object }) => !topology.has(object));
  const lost = rules[place];
  if (lost === undefined) return;
  throw monitoringFault(
    `the object of the rule ${JSON.stringify(lost.id)} to be monitored`,
    `${JSON.stringify(lost.object)}, which is not`,
    "add the object or leave the rule out",
    ["rules", place, "object"],
  );
}

/** The id of an alarm names its rule or its trouble, so that a rule with the name of a trouble could share an id. */
function requireRuleNames(rules: MonitoringFacts["rules"]): void {
  const place = rules.findIndex(({ id }) => ownTroubles.has(id));
  const id = rules[place]?.id;
  if (id === undefined) return;
  throw monitoringFault(
    `the id of a rule to be none of ${[...ownTroubles].join(" and ")}, which are the objects' own alarms`,
    JSON.stringify(id),
    `rename the rule, for example to "is-${id}"`,
    ["rules", place, "id"],
  );
}
