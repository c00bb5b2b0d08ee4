import { located } from "../../../../base/src/located.ts";
import type { Span } from "../spans/span.ts";
import { type FlappingChange, walkFlapping } from "../states/walk-flapping.ts";
import { type StateChange, walkStates } from "../states/walk-states.ts";
import { type ThresholdChange, walkThreshold } from "../states/walk-threshold.ts";
import type { MonitoringFacts, MonitoringSettings } from "./monitoring-facts.ts";

/** A fact that an evaluation must process. */
export type News =
  | { readonly at: number; readonly kind: "state"; readonly object: string; readonly change: StateChange }
  | {
      readonly at: number;
      readonly kind: "flapping";
      readonly object: string;
      readonly change: FlappingChange;
    }
  | {
      readonly at: number;
      readonly kind: "threshold";
      readonly object: string;
      readonly rule: string;
      readonly change: ThresholdChange;
    }
  | { readonly at: number; readonly kind: "planned"; readonly object: string };

/** All changes up to `until`, each at the first evaluation after it; those of one object are in order. */
export function newsByEvaluation(
  facts: MonitoringFacts,
  planned: ReadonlyMap<string, readonly Span[]>,
  settings: MonitoringSettings,
  until: number,
): ReadonlyMap<number, readonly News[]> {
  const every = settings.evaluateEverySeconds;
  const news = [
    ...objectNews(facts, settings, until),
    ...ruleNews(facts, settings, until),
    ...plannedNews(planned),
  ];
  return Map.groupBy(news, ({ at }) => Math.ceil(at / every) * every);
}

function objectNews({ objects }: MonitoringFacts, settings: MonitoringSettings, until: number): News[] {
  return objects.flatMap(({ id, polls }): News[] => [
    ...walkStates(polls, settings.states, until).map(
      (change): News => ({ at: change.at, kind: "state", object: id, change }),
    ),
    ...walkFlapping(polls, settings.flapping, until).map(
      (change): News => ({ at: change.at, kind: "flapping", object: id, change }),
    ),
  ]);
}

function ruleNews({ rules }: MonitoringFacts, { states }: MonitoringSettings, until: number): News[] {
  return rules.flatMap((rule, index) => {
    const walk = () => walkThreshold(rule.samples, rule, states.staleAfterSeconds, until);
    return located(["rules", index], walk).map(
      (change): News => ({ at: change.at, kind: "threshold", object: rule.object, rule: rule.id, change }),
    );
  });
}

function plannedNews(planned: ReadonlyMap<string, readonly Span[]>): News[] {
  return [...planned].flatMap(([object, spans]) =>
    spans.flatMap(({ from, to }) => [from, to].map((at): News => ({ at, kind: "planned", object }))),
  );
}
