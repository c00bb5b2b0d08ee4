import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../../base/testing/runs.ts";
import { downAlarmsByMinutes } from "../../../oracle/monitoring/down-alarms-by-minutes.ts";
import { refusalOf } from "../testing/refusal-of.ts";
import type { MonitoringFacts, MonitoringSettings, ThresholdRule } from "./monitoring-facts.ts";
import { tmf642Alarms } from "./tmf642-alarm.ts";
import { walkAlarms } from "./walk-alarms.ts";

/** One poll and one evaluation a minute; minute 0 is 1970. */
const settings: MonitoringSettings = {
  states: { lossesBeforeDown: 2, answersBeforeUp: 2, staleAfterSeconds: 600 },
  flapping: { startPercent: 30, stopPercent: 20 },
  evaluateEverySeconds: 60,
  pendingSeconds: 120,
};
const polls = (row: string, offset = 0) =>
  [...row].map((sign, minute) => ({ at: minute * 60 + offset, answered: sign === "." }));
const device = (id: string, row: string, parents: string[] = [], offset = 0) => ({
  id,
  kind: "device" as const,
  parents,
  polls: polls(row, offset),
});
const nothing: MonitoringFacts = {
  objects: [],
  rules: [],
  windows: [],
  plant: [],
  services: [],
  acknowledgements: [],
};
const facts = (objects: MonitoringFacts["objects"], more: Partial<MonitoringFacts> = {}) => ({
  ...nothing,
  objects,
  ...more,
});
const walk = (objects: MonitoringFacts["objects"], more: Partial<MonitoringFacts> = {}, minutes = 30) =>
  walkAlarms(facts(objects, more), settings, minutes * 60);
const told = ({ notifications }: ReturnType<typeof walkAlarms>) =>
  notifications.map(({ at, event, alarm }) => `${at / 60} ${event} ${alarm.split("/1970")[0]}`);
const once = (from: number, to: number, devices: string[], withChildren = false) => ({
  id: "work",
  devices,
  withChildren,
  when: { kind: "once" as const, from: from * 60, to: to * 60 },
});

describe("a device that is lost", () => {
  it("is an alarm after its losses and the pending time, until it is back", () => {
    const lost = walk([device("a", "..xxxxxxx....")], {}, 12);
    expect(told(lost)).toEqual(["5 raised a/down", "10 cleared a/down"]);
    expect(lost.alarms).toEqual([
      {
        id: "a/down/1970-01-01T00:05:00Z",
        object: "a",
        trouble: "down",
        rule: undefined,
        raisedAt: 120,
        reportedAt: 300,
        changedAt: 600,
        clearedAt: 540,
        severity: "major",
        parents: [],
        suppressed: [],
        impact: { services: [], customers: [] },
        planned: false,
        acknowledgement: undefined,
      },
    ]);
    expect(lost.standings).toEqual([
      { id: "a", state: "up", since: 540, flapping: false, planned: false, causes: [] },
    ]);
  });

  it("is no alarm when it is back before the pending time is over", () => {
    expect(told(walk([device("a", "..xx...........")], {}, 14))).toEqual([]);
    expect(told(walk([device("a", "..xxx..........")], {}, 14))).toEqual([
      "5 raised a/down",
      "6 cleared a/down",
    ]);
  });

  it("is not evaluated after the end", () => {
    const row = "..xxxxxxx";
    expect(walkAlarms(facts([device("a", row)]), settings, 299).alarms).toEqual([]);
    expect(walkAlarms(facts([device("a", row)]), settings, 300).alarms).toHaveLength(1);
  });

  it("waits for the pending time again after a second loss, and is another alarm", () => {
    const twice = walk([device("a", "xxxxxx...xxxxxx")], {}, 14);
    expect(told(twice)).toEqual(["3 raised a/down", "7 cleared a/down", "12 raised a/down"]);
    expect(twice.alarms.map(({ raisedAt }) => raisedAt / 60)).toEqual([0, 9]);
  });

  it("waits for whole evaluations when the pending time is not a multiple of them", () => {
    const odd = walkAlarms(facts([device("a", "xxxxxxxx")]), { ...settings, pendingSeconds: 130 }, 600);
    expect(told(odd)).toEqual(["4 raised a/down"]);
  });

  it("keeps its alarm without polls", () => {
    const silent = walk([device("a", "xxxxx")], {}, 30);
    expect(told(silent)).toEqual(["3 raised a/down"]);
    expect(silent.standings).toMatchObject([{ state: "unknown", since: 840 }]);
  });

  it("has the state unknown when it was never polled", () => {
    expect(walk([device("a", "")]).standings).toMatchObject([{ state: "unknown", since: undefined }]);
  });
});

describe("a core that fails", () => {
  const children = (count: number, row: string, offset: (n: number) => number) =>
    Array.from({ length: count }, (_, n) => device(`child-${n}`, row, ["core"], offset(n)));

  it("is one alarm that counts its 500 children, in any order of their losses", () => {
    const row = "...xxxxxxxxx...";
    const before = [...children(500, row, (n) => n % 60), device("core", row, [], 59)];
    const walked = walk(before, {}, 14);
    expect(told(walked)).toEqual(["7 raised core/down", "14 cleared core/down"]);
    expect(walked.alarms).toMatchObject([{ object: "core", severity: "critical", parents: [] }]);
    expect(walked.alarms[0]?.suppressed).toHaveLength(500);
    const shuffled = before.map((one) => ({ ...one, polls: [...one.polls].reverse() })).reverse();
    expect(walk(shuffled, {}, 14).alarms).toEqual(walked.alarms);
    const during = walk(before, {}, 10).standings;
    expect(during.filter(({ state }) => state === "unreachable")).toHaveLength(500);
    expect(during.at(-1)).toMatchObject({ state: "unreachable", causes: ["core"] });
  });

  it("hides no child that stays down when it is back: the child pends, and is an alarm of its own", () => {
    const rows = [
      device("core", ".xxxxxx........."),
      device("a", ".xxxxxxxxxxxxxxx", ["core"]),
      device("b", ".xxxxxx.........", ["core"]),
    ];
    expect(told(walk(rows, {}, 15))).toEqual([
      "4 raised core/down",
      "8 cleared core/down",
      "10 raised a/down",
    ]);
  });

  it("does not hide a child with another parent that answers", () => {
    const rows = [
      device("core", "xxxxxxx"),
      device("other", "......."),
      device("a", "xxxxxxx", ["core", "other"]),
    ];
    const walked = walk(rows, {}, 6);
    expect(told(walked).sort()).toEqual(["3 raised a/down", "3 raised core/down"]);
    expect(walked.alarms.map(({ suppressed }) => suppressed)).toEqual([[], []]);
  });

  it("counts a child with two dead parents for both", () => {
    const rows = [device("a", "xxxxxx"), device("b", "xxxxxx"), device("child", "xxxxxx", ["a", "b"])];
    expect(walk(rows, {}, 5).alarms).toMatchObject([
      { object: "a", suppressed: ["child"] },
      { object: "b", suppressed: ["child"] },
    ]);
  });

  it("takes over the alarms of children that were down before, and returns them", () => {
    const rows = [device("child", "xxxxxxxxxxxxxxxxxx", ["core"]), device("core", "......xxxxxxx.....")];
    const during = walk(rows, {}, 11);
    expect(told(during)).toEqual(["3 raised child/down", "9 raised core/down", "9 updated child/down"]);
    expect(during.alarms).toMatchObject([
      { object: "child", parents: ["core/down/1970-01-01T00:09:00Z"], changedAt: 540, severity: "major" },
      { object: "core", parents: [], suppressed: ["child"] },
    ]);
    const after = walk(rows, {}, 17);
    expect(told(after).slice(3)).toEqual(["14 cleared core/down", "14 updated child/down"]);
    expect(after.alarms[0]).toMatchObject({ parents: [], clearedAt: undefined });
  });

  it("reports an update when more devices behind it are lost later", () => {
    const rows = [
      device("core", "xxxxxxxxxxxx"),
      device("early", "xxxxxxxxxxxx", ["core"]),
      device("late", "......xxxxxx", ["core"]),
    ];
    const walked = walk(rows, {}, 11);
    expect(told(walked)).toEqual(["3 raised core/down", "7 updated core/down"]);
    expect(walked.alarms).toMatchObject([{ suppressed: ["early", "late"], changedAt: 420 }]);
  });

  it("gets a new severity when more devices behind it are lost", () => {
    const rows = [device("core", "xxxxxxxxxxxx"), device("late", "......xxxxxx", ["core"])];
    const more = {
      plant: [{ id: "late", kind: "device" as const, needs: [] }],
      services: [{ id: "s", customer: "c", paths: [["late"]] }],
    };
    expect(walk(rows, more, 6).alarms).toMatchObject([{ severity: "major", impact: { services: [] } }]);
    expect(walk(rows, more, 11).alarms).toMatchObject([
      { severity: "critical", impact: { services: [{ id: "s" }] } },
    ]);
  });

  it("reports nothing when a child behind it is no longer polled", () => {
    const rows = [device("core", "x".repeat(30)), device("a", "xxxxxx", ["core"])];
    const walked = walk(rows, {}, 29);
    expect(told(walked)).toEqual(["3 raised core/down"]);
    expect(walked.alarms).toMatchObject([{ changedAt: 180, severity: "critical" }]);
  });

  it("counts the lost devices behind it for the present alarm, not for an earlier one", () => {
    const rows = [device("core", "xxxxxx...xxxxxx"), device("a", ".........xxxxxx", ["core"])];
    expect(walk(rows, {}, 14).alarms.map(({ suppressed }) => suppressed)).toEqual([[], ["a"]]);
  });

  it("names the alarms of all causes, in order", () => {
    const rows = [
      device("child", "xxxxxxxxxxxxx", ["z", "b"]),
      device("z", "......xxxxxxx"),
      device("b", "......xxxxxxx"),
    ];
    const walked = walk(rows, {}, 12);
    expect(walked.alarms[0]?.parents).toEqual(["b/down/1970-01-01T00:09:00Z", "z/down/1970-01-01T00:09:00Z"]);
    expect(walked.standings.find(({ id }) => id === "child")?.causes).toEqual(["b", "z"]);
  });

  it("releases the devices behind an unpolled splitter when it is back", () => {
    const rows = [
      device("core", "xxxxxx............"),
      device("splitter", "", ["core"]),
      device("leaf", "xxxxxxxxxxxxxxxxxx", ["splitter"]),
    ];
    const walked = walk(rows, {}, 17);
    expect(told(walked)).toEqual(["3 raised core/down", "7 cleared core/down", "9 raised leaf/down"]);
    expect(walked.alarms[0]?.suppressed).toEqual(["leaf", "splitter"]);
  });

  it("becomes the cause at once when it fails above the present cause, though its alarm still pends", () => {
    const rows = [
      device("leaf", "xxxxxxxxxxxxxxxxxxxx", ["splitter"]),
      device("splitter", "", ["agg"]),
      device("agg", "......xxxxxxxxxxxxxx", ["core"]),
      device("core", "............xxxxxxxx"),
    ];
    expect(told(walk(rows, {}, 19))).toEqual([
      "3 raised leaf/down",
      "9 raised agg/down",
      "9 updated leaf/down",
      "13 updated leaf/down",
      "15 raised core/down",
      "15 updated agg/down",
      "15 updated leaf/down",
    ]);
  });

  it("passes the cause to the next lost device when the core is back", () => {
    const rows = [
      device("core", "xxxxxx............"),
      device("agg", "xxxxxxxxxxxxxxxxxx", ["core"]),
      device("leaf", "xxxxxxxxxxxxxxxxxx", ["agg"]),
    ];
    const walked = walk(rows, {}, 17);
    expect(told(walked)).toEqual(["3 raised core/down", "7 cleared core/down", "9 raised agg/down"]);
    expect(walked.alarms).toMatchObject([{ suppressed: ["agg", "leaf"] }, { suppressed: ["leaf"] }]);
  });
});

describe("a device that flaps", () => {
  const row = `${".x".repeat(10)}${".".repeat(30)}`;

  it("is one alarm instead of many, until it is stable", () => {
    const one = { ...settings, states: { ...settings.states, lossesBeforeDown: 1, answersBeforeUp: 1 } };
    const walked = walkAlarms(facts([device("a", row)]), one, 49 * 60);
    expect(told(walked)).toEqual(["8 raised a/flapping", "36 cleared a/flapping"]);
    expect(walked.alarms).toMatchObject([
      { trouble: "flapping", severity: "minor", raisedAt: 360, clearedAt: 2160 },
    ]);
  });

  it("is one alarm when devices behind it flap with it", () => {
    const rows = [device("a", row), device("b", row, ["a"], 20), device("c", row, ["b"], 40)];
    expect(told(walk(rows, {}, 49))).toEqual(["8 raised a/flapping", "36 cleared a/flapping"]);
  });

  it("is reported for a child that still flaps when its parent is stable", () => {
    const rows = [device("a", row), device("b", ".x".repeat(25), ["a"])];
    expect(told(walk(rows, {}, 45))).toEqual([
      "8 raised a/flapping",
      "36 cleared a/flapping",
      "38 raised b/flapping",
    ]);
  });

  it("is reported for a device when not all of its parents flap", () => {
    const rows = [device("a", row), device("o", ".".repeat(50)), device("b", row, ["a", "o"])];
    expect(told(walk(rows, {}, 20)).sort()).toEqual(["8 raised a/flapping", "8 raised b/flapping"]);
  });

  it("keeps an alarm from before it flapped, and may get one when it is stable", () => {
    const before = walk([device("a", `xxxxxx${".x".repeat(8)}${".".repeat(30)}`)], {}, 50);
    expect(told(before)).toMatchObject([
      "3 raised a/down",
      expect.stringMatching(/raised a\/flapping/),
      expect.stringMatching(/cleared a\/(down|flapping)/),
      expect.stringMatching(/cleared a\/(down|flapping)/),
    ]);
    const after = told(walk([device("a", `${".x".repeat(8)}${"x".repeat(40)}`)], {}, 50));
    expect(after).toEqual(["8 raised a/flapping", "31 cleared a/flapping", "33 raised a/down"]);
  });

  it("only degrades services", () => {
    const walked = walk([device("a", row)], {
      plant: [{ id: "a", kind: "device", needs: [] }],
      services: [{ id: "s", customer: "c", paths: [["a"]] }],
    });
    expect(walked.alarms).toMatchObject([
      {
        severity: "minor",
        impact: { services: [{ id: "s", state: "degraded" }], customers: [{ id: "c", state: "degraded" }] },
      },
    ]);
  });
});

describe("a threshold rule", () => {
  const rule = (values: number[], more: Partial<ThresholdRule> = {}): ThresholdRule => ({
    id: "hot",
    object: "a",
    indicator: "temperature",
    severity: "warning",
    direction: "above",
    raiseAt: 80,
    clearAt: 70,
    samples: values.map((value, minute) => ({ at: minute * 60, value })),
    ...more,
  });
  const up = device("a", ".".repeat(20));

  it("raises after the pending time and clears at its clear level", () => {
    const walked = walk([up], { rules: [rule([60, 85, 85, 85, 75, 75, 70, 60])] }, 12);
    expect(told(walked)).toEqual(["3 raised a/hot", "6 cleared a/hot"]);
    expect(walked.alarms).toMatchObject([
      { rule: "hot", trouble: "threshold", severity: "warning", raisedAt: 60, clearedAt: 360 },
    ]);
  });

  it("is no alarm for a short peak", () => {
    expect(told(walk([up], { rules: [rule([60, 85, 85, 60, 60])] }, 4))).toEqual([]);
  });

  it("is kept when samples are missing", () => {
    expect(told(walk([up], { rules: [rule([85, 85, 85])] }, 30))).toEqual(["2 raised a/hot"]);
  });

  it("is refused for an object that is not monitored, and for an id used twice", () => {
    expect(refusalOf(() => walk([up], { rules: [rule([], { object: "b" })] }))).toContain(
      'expected the object of the rule "hot" to be monitored; found "b", which is not: add the object or leave the rule out',
    );
    expect(refusalOf(() => walk([up], { rules: [rule([]), rule([])] }))).toContain("every one of the rules");
  });

  it("is refused by the name of an object's own alarm, which would have the same id", () => {
    const named = (id: string) => refusalOf(() => walk([up], { rules: [rule([]), rule([], { id })] }));
    expect(named("down")).toBe(
      'MONITORING_INVALID: expected the id of a rule to be none of down and flapping, which are the objects\' own alarms; found "down": rename the rule, for example to "is-down"',
    );
    expect(named("flapping")).toContain('found "flapping"');
    expect(named("threshold")).toBe("");
  });

  it("has alarms with ids of their own where its name and the object's contain slashes", () => {
    const values = [60, 85, 85, 85];
    const rules = [
      rule(values, { id: "rx", object: "olt-1/1" }),
      rule(values, { id: "1/rx", object: "olt-1" }),
      rule(values, { id: "rx%2F", object: "olt-1" }),
    ];
    const walked = walk([device("olt-1/1", "...."), device("olt-1", "....")], { rules }, 3);
    expect(walked.alarms.map(({ id, object, rule }) => [id, object, rule])).toEqual([
      ["olt-1%2F1/rx/1970-01-01T00:03:00Z", "olt-1/1", "rx"],
      ["olt-1/1%2Frx/1970-01-01T00:03:00Z", "olt-1", "1/rx"],
      ["olt-1/rx%252F/1970-01-01T00:03:00Z", "olt-1", "rx%2F"],
    ]);
    expect(walked.notifications).toHaveLength(3);
  });
});

describe("planned work", () => {
  const lost = device("a", "..xxxxxxxxxxxxxx");

  it("suppresses an alarm until it ends, and keeps the state", () => {
    const walked = walk([lost], { windows: [once(0, 10, ["a"])] }, 15);
    expect(told(walked)).toEqual(["10 raised a/down"]);
    expect(walked.alarms).toMatchObject([{ reportedAt: 300, changedAt: 600, planned: false }]);
    const during = walk([lost], { windows: [once(0, 10, ["a"])] }, 9);
    expect(during.notifications).toEqual([]);
    expect(during.alarms).toMatchObject([{ planned: true }]);
    expect(during.standings).toMatchObject([{ state: "down", planned: true }]);
  });

  it("suppresses an alarm in its first second, and not one in the second of its end", () => {
    expect(told(walk([lost], { windows: [once(5, 9, ["a"])] }, 8))).toEqual([]);
    expect(told(walk([lost], { windows: [once(1, 5, ["a"])] }, 8))).toEqual(["5 raised a/down"]);
    expect(told(walk([lost], { windows: [once(6, 9, ["a"])] }, 15))).toEqual([
      "5 raised a/down",
      "9 updated a/down",
    ]);
  });

  it("never reports an alarm that is cleared before it ends", () => {
    const walked = walk([device("a", "..xxxxxx.......")], { windows: [once(0, 14, ["a"])] }, 14);
    expect(walked.notifications).toEqual([]);
    expect(walked.alarms).toHaveLength(1);
  });

  it("reports the clearing of an alarm that was reported before", () => {
    const walked = walk([device("a", "..xxxxxx.......")], { windows: [once(6, 14, ["a"])] }, 14);
    expect(told(walked)).toEqual(["5 raised a/down", "9 cleared a/down"]);
  });

  it("on a core applies to its children when they inherit it", () => {
    const rows = [device("core", "................"), device("a", "..xxxxxxxxxxxxxx", ["core"])];
    expect(told(walk(rows, { windows: [once(0, 20, ["core"], true)] }, 15))).toEqual([]);
    expect(told(walk(rows, { windows: [once(0, 20, ["core"], false)] }, 15))).toEqual(["5 raised a/down"]);
  });
});

describe("an alarm", () => {
  const plant = [
    { id: "core", kind: "device" as const, needs: [] },
    { id: "a", kind: "device" as const, needs: [] },
    { id: "fibre", kind: "circuit" as const, needs: ["a"] },
  ];
  const rows = [device("core", "xxxxxxxx"), device("a", "xxxxxxxx", ["core"])];

  it("names services and customers behind it, and is critical when one is lost", () => {
    const services = [{ id: "s", customer: "c", paths: [["fibre"]] }];
    const [alarm] = walk(rows, { plant, services }, 7).alarms;
    expect(alarm?.impact).toEqual({
      services: [{ id: "s", customer: "c", state: "down" }],
      customers: [{ id: "c", state: "down", services: ["s"] }],
    });
    expect(walk([device("a", "xxxxx")], { plant, services }, 4).alarms[0]?.severity).toBe("critical");
    const spared = [{ id: "s", customer: "c", paths: [["fibre"], ["core"]] }];
    const degraded = walk([device("a", "xxxxx")], { plant, services: spared }, 4).alarms[0];
    expect(degraded).toMatchObject({ severity: "major", impact: { services: [{ state: "degraded" }] } });
  });

  it("is acknowledged by the first report that does so, from then on", () => {
    const id = "core/down/1970-01-01T00:03:00Z";
    const acknowledge = (...times: number[]) =>
      walk(rows, { acknowledgements: times.map((at) => ({ alarm: id, at, by: `at ${at}` })) }, 7).alarms;
    expect(acknowledge(300, 240)[0]?.acknowledgement).toEqual({ at: 240, by: "at 240" });
    expect(acknowledge(180, 240)[0]?.acknowledgement).toEqual({ at: 180, by: "at 180" });
    expect(refusalOf(() => acknowledge(179))).toContain(
      `expected the acknowledged alarm "${id}" to have been reported; found its report at 1970-01-01T00:03:00Z, after 1970-01-01T00:02:59Z: write the id of an alarm as it is printed, and a time from its report on`,
    );
    expect(refusalOf(() => walk(rows, { acknowledgements: [{ alarm: "x", at: 1, by: "y" }] }))).toContain(
      "found no such alarm",
    );
  });

  it("is converted to an alarm of TMF642", () => {
    const given = facts([device("child", "xxxxxxxxxxxxxxxxxx", ["core"]), device("core", "......xxxxxxx")], {
      plant: [{ id: "core", kind: "device", needs: [] }],
      services: [{ id: "s", customer: "c", paths: [["core"]] }],
      acknowledgements: [{ alarm: "child/down/1970-01-01T00:03:00Z", at: 1000, by: "anna" }],
    });
    const [child, core] = tmf642Alarms(walkAlarms(given, settings, 720).alarms, given);
    expect(child).toEqual({
      "@type": "Alarm",
      id: "child/down/1970-01-01T00:03:00Z",
      state: "updated",
      alarmType: "communicationsAlarm",
      probableCause: "communicationsSubsystemFailure",
      specificProblem: "answers no polls",
      perceivedSeverity: "major",
      alarmedObject: { id: "child" },
      alarmedObjectType: "device",
      alarmRaisedTime: "1970-01-01T00:00:00Z",
      alarmReportingTime: "1970-01-01T00:03:00Z",
      alarmChangedTime: "1970-01-01T00:16:40Z",
      ackState: "acknowledged",
      ackUserId: "anna",
      isRootCause: false,
      parentAlarm: [{ id: "core/down/1970-01-01T00:09:00Z" }],
      correlatedAlarm: [],
      serviceAffecting: false,
      affectedService: [],
      plannedOutageIndicator: "InService",
      alarmDetails: "0 unreachable behind it",
    });
    expect(core).toMatchObject({
      state: "raised",
      perceivedSeverity: "critical",
      isRootCause: true,
      ackState: "unacknowledged",
      parentAlarm: [],
      correlatedAlarm: [{ id: "child/down/1970-01-01T00:03:00Z" }],
      serviceAffecting: true,
      affectedService: [{ id: "s" }],
      alarmDetails: "1 unreachable behind it",
    });
    expect(core).not.toHaveProperty("alarmClearedTime");
    expect(core).not.toHaveProperty("ackUserId");
  });

  it("is cleared in TMF642 by state and severity, and says which value crossed which level", () => {
    const given = facts([{ ...device("p", `${".x".repeat(9)}${".".repeat(30)}`), kind: "port" }], {
      windows: [once(0, 100, ["p"])],
      rules: [
        {
          id: "light",
          object: "p",
          indicator: "rxPower",
          severity: "minor",
          direction: "below",
          raiseAt: -27,
          clearAt: -25,
          samples: [-28, -28, -28, -28, -20].map((value, minute) => ({ at: minute * 60, value })),
        },
      ],
    });
    expect(tmf642Alarms(walkAlarms(given, settings, 900).alarms, given)).toMatchObject([
      {
        id: "p/light/1970-01-01T00:02:00Z",
        state: "cleared",
        perceivedSeverity: "cleared",
        alarmClearedTime: "1970-01-01T00:04:00Z",
        alarmType: "qualityOfServiceAlarm",
        probableCause: "thresholdCrossed",
        specificProblem: "rxPower below -27, clears at -25",
        alarmedObjectType: "port",
        plannedOutageIndicator: "OutOfService",
      },
      {
        alarmType: "qualityOfServiceAlarm",
        probableCause: "performanceDegraded",
        specificProblem: "flaps",
        perceivedSeverity: "minor",
        state: "raised",
      },
    ]);
  });
});

describe("the settings of alarms", () => {
  const walkWith = (more: Partial<MonitoringSettings>) => walkAlarms(nothing, { ...settings, ...more }, 60);

  it("require a pending time of two evaluations", () => {
    expect(refusalOf(() => walkWith({ pendingSeconds: 119 }))).toContain(
      "expected pendingSeconds of two evaluations or more (2 × 60); found 119: write 120 or more, so that one lost sample is no alarm",
    );
    expect(walkWith({ pendingSeconds: 120 }).alarms).toEqual([]);
    expect(refusalOf(() => walkWith({ evaluateEverySeconds: 0 }))).toContain("evaluateEverySeconds");
    expect(refusalOf(() => walkWith({ pendingSeconds: 150.5 }))).toContain(
      "pendingSeconds to be a whole number",
    );
  });
});

describe("alarms of random networks", () => {
  const network = fc.array(
    fc.record({
      links: fc.array(fc.nat(20), { maxLength: 2 }),
      offset: fc.nat(59),
      runs: fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 8 })), { minLength: 1, maxLength: 5 }),
    }),
    { minLength: 1, maxLength: 7 },
  );

  it("are the same as when everything is evaluated again each minute, in any order of the facts", () => {
    // No device ever flaps with these thresholds: flapping has its own tests.
    const calm = { ...settings, flapping: { startPercent: 100, stopPercent: 99 } };
    fc.assert(
      fc.property(network, (nodes) => {
        const objects = nodes.map(({ links, offset, runs }, index) => ({
          ...device(
            `n${index}`,
            runs
              .map(([answered, count]) => (answered ? "." : "x").repeat(count))
              .join("")
              .padEnd(40, "."),
            index === 0 ? [] : [...new Set(links.map((link) => `n${link % index}`))],
            offset,
          ),
        }));
        const walked = walkAlarms(facts(objects), calm, 39 * 60);
        const story = walked.notifications
          .filter(({ event }) => event !== "updated")
          .map(({ at, event, alarm }) => `${at} ${alarm.split("/")[0]} ${event}`)
          .sort();
        expect(story).toEqual(
          downAlarmsByMinutes(objects, { losses: 2, answers: 2, every: 60, pending: 120 }, 39 * 60),
        );
        const turned = objects.map((one) => ({ ...one, polls: [...one.polls].reverse() })).reverse();
        const again = walkAlarms(facts(turned), calm, 39 * 60);
        const byId = (alarms: typeof walked.alarms) =>
          [...alarms].sort((one, other) => (one.id < other.id ? -1 : 1));
        expect(byId(again.alarms)).toEqual(byId(walked.alarms));
      }),
      runs(200),
    );
  });
});
