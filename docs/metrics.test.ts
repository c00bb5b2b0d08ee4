import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import { expect, it } from "vitest";
import { EgressMetrics } from "../operator/src/egress/metrics.ts";
import type { Tunnels } from "../operator/src/egress/tunnels/tunnels.ts";
import { FrontMetrics } from "../operator/src/front/metrics.ts";
import type { Sources } from "../operator/src/front/sources.ts";
import { ControllerMetrics } from "../operator/src/kubernetes/loop/metrics.ts";
import type { WorkQueue } from "../operator/src/kubernetes/loop/queue.ts";
import { TenantMetrics } from "../operator/src/tenant-metrics.ts";

const page = readFileSync(join(import.meta.dirname, "reference", "metrics.md"), "utf8");

/** The metrics of a started operator. Their values are not read. */
function operator(): Registry {
  const metrics = new ControllerMetrics();
  metrics.watchQueue({} as WorkQueue);
  new TenantMetrics(metrics.registry).watchTenants(() => []);
  return metrics.registry;
}

// The runtime's test compares its section with a running runtime, modules included.
it.each<[string, () => Registry]>([
  ["The operator", operator],
  ["The egress proxy", () => new EgressMetrics({} as Tunnels).registry],
  ["The fronts", () => new FrontMetrics({} as Sources).registry],
])("%s has exactly the metrics of its section", (heading, registry) => {
  expect(rowsOf(heading)).toEqual(metricsOf(registry()));
});

/** Name with labels, kind and meaning of each metric in a section of the page. */
function rowsOf(heading: string): string[] {
  const section = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? "";
  return [...section.matchAll(/^\| `(dotmac_.+)` \| (\w+) \| (.+) \|$/gm)]
    .map(([, name, kind, meaning]) => `${name} ${kind}: ${meaning}`)
    .sort();
}

function metricsOf(registry: Registry): string[] {
  return registry
    .getMetricsAsArray()
    .map((metric) => metric as unknown as { name: string; help: string; labelNames: readonly string[] })
    .filter(({ name }) => name.startsWith("dotmac_"))
    .map((metric) => {
      const labels = metric.labelNames.length > 0 ? `{${metric.labelNames}}` : "";
      return `${metric.name}${labels} ${kindOf(metric)}: ${metric.help}`;
    })
    .sort();
}

function kindOf(metric: object): string {
  const kinds = { counter: Counter, gauge: Gauge, histogram: Histogram };
  const found = Object.entries(kinds).find(([, kind]) => metric instanceof kind);
  if (found === undefined) throw new Error(`expected a counter, a gauge or a histogram, found ${metric}`);
  return found[0];
}
