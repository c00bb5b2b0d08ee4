import { Counter, Gauge, Histogram, type Registry } from "prom-client";

/** The labels of a metric, each with the closed list of its values. */
export type Labels = Readonly<Record<string, readonly string[]>>;

type Kind = "counter" | "gauge" | "histogram";

/** The declaration of one metric. */
export interface Metric<Of extends Kind = Kind, Own extends Labels = Labels> {
  readonly kind: Of;
  /** One sentence for the people who read the metric. */
  readonly help: string;
  readonly labels: Own;
  /** The upper bounds of a histogram's buckets. */
  readonly buckets?: readonly number[];
}

/** Metrics by their names in code. */
export type DeclaredMetrics = Readonly<Record<string, Metric>>;

// Every series of every tenant costs memory in Prometheus.
const mostSeries = 100;

/** A number that only increases. */
export function counter<const Own extends Labels = Record<never, never>>(
  help: string,
  labels?: Own,
): Metric<"counter", Own> {
  return { kind: "counter", help, labels: (labels ?? {}) as Own };
}

/** A number that increases and decreases. */
export function gauge<const Own extends Labels = Record<never, never>>(
  help: string,
  labels?: Own,
): Metric<"gauge", Own> {
  return { kind: "gauge", help, labels: (labels ?? {}) as Own };
}

/** A distribution of values. `buckets` are the upper bounds of its buckets, in ascending order. */
export function histogram<const Own extends Labels = Record<never, never>>(
  help: string,
  buckets: readonly number[],
  labels?: Own,
): Metric<"histogram", Own> {
  return { kind: "histogram", help, buckets, labels: (labels ?? {}) as Own };
}

/** One value for each label. Without labels there is no argument. */
type Chosen<Own extends Labels> = keyof Own extends never
  ? []
  : [labels: { readonly [Name in keyof Own]: Own[Name][number] }];

interface MeterOf<Own extends Labels> {
  readonly counter: { add(amount: number, ...labels: Chosen<Own>): void };
  readonly gauge: { set(value: number, ...labels: Chosen<Own>): void };
  readonly histogram: { observe(value: number, ...labels: Chosen<Own>): void };
}

/** The open metrics of one owner, which write their values. */
export type Meters<Declared extends DeclaredMetrics> = {
  readonly [Name in keyof Declared]: Declared[Name] extends Metric<infer Of, infer Own>
    ? MeterOf<Own>[Of]
    : never;
};

/** The name of a metric in Prometheus: the counter `written` of `notes` is `dotmac_notes_written_total`. */
function metricName(owner: string, name: string, kind: Kind): string {
  const words = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return `dotmac_${owner}_${words}${kind === "counter" ? "_total" : ""}`;
}

/**
 * Registers the metrics of an owner and starts all their series at zero. Throws when a name is not valid or in use,
 * or when a metric has more than a hundred series.
 */
export function openMeters<Declared extends DeclaredMetrics>(
  registry: Registry,
  owner: string,
  declared: Declared,
): Meters<Declared> {
  const meters = Object.entries(declared).map(([name, metric]) => {
    const full = metricName(owner, name, metric.kind);
    requireFreeName(registry, full);
    return [name, openMeter(registry, full, metric)];
  });
  return Object.fromEntries(meters);
}

function openMeter(registry: Registry, name: string, metric: Metric) {
  const { kind, help, labels, buckets = [] } = metric;
  const series = seriesOf(name, labels);
  const settings = { name, help, labelNames: Object.keys(labels), registers: [registry] };
  const chosen = (given: Series = {}) => declaredOnly(name, labels, given);
  switch (kind) {
    case "counter": {
      const made = new Counter(settings);
      for (const one of series) made.inc(one, 0);
      return { add: (amount: number, given?: Series) => made.inc(chosen(given), amount) };
    }
    case "gauge": {
      const made = new Gauge(settings);
      for (const one of series) made.set(one, 0);
      return { set: (value: number, given?: Series) => made.set(chosen(given), value) };
    }
    case "histogram": {
      const made = new Histogram({ ...settings, buckets: [...buckets] });
      for (const one of series) made.zero(one);
      return { observe: (value: number, given?: Series) => made.observe(chosen(given), value) };
    }
  }
}

type Series = Readonly<Record<string, string>>;

/** One combination of values for each series. */
function seriesOf(metric: string, labels: Labels): Series[] {
  const count = Object.values(labels).reduce((product, values) => product * values.length, 1);
  if (count < 1 || count > mostSeries)
    throw new Error(
      `the labels of ${metric} make ${count} series: list 1 to ${mostSeries} combinations of values`,
    );
  return Object.entries(labels).reduce<Series[]>(
    (series, [label, values]) => series.flatMap((one) => values.map((value) => ({ ...one, [label]: value }))),
    [{}],
  );
}

function declaredOnly(metric: string, labels: Labels, given: Series): Series {
  for (const [label, values] of Object.entries(labels)) {
    if (values.includes(given[label] ?? "")) continue;
    throw new Error(
      `the label ${label} of ${metric} has a value that is not declared: write one of ${values.join(", ")}`,
    );
  }
  return given;
}

function requireFreeName(registry: Registry, name: string): void {
  if (!/^[a-z][a-z0-9_]*$/.test(name))
    throw new Error(`${name} is no name of a metric: write letters and digits, as in writtenNotes`);
  if (registry.getSingleMetric(name) !== undefined)
    throw new Error(`the metric ${name} is declared twice: rename one`);
}
