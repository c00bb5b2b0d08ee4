import { monitoringFault } from "../monitoring-fault.ts";
import { requireDistinct } from "../require-distinct.ts";
import { intersectSpans } from "../spans/intersect-spans.ts";
import { mergeSpans } from "../spans/merge-spans.ts";
import type { Span } from "../spans/span.ts";
import type { Topology } from "../topology/topology.ts";
import type { MaintenanceWindow } from "./maintenance-window.ts";
import { windowSpans } from "./window-spans.ts";

/**
 * The planned work on each device within a span. A device inherits its parents' windows that have `withChildren`,
 * but only while work is planned on all of its parents: work on one of two uplinks does not excuse the device being
 * down.
 * @throws NetworkFault MONITORING_INVALID for a window of an unknown device, or two windows with one id.
 */
export function plannedWork(
  topology: Topology,
  windows: readonly MaintenanceWindow[],
  within: Span,
): ReadonlyMap<string, readonly Span[]> {
  requireDistinct("maintenance windows", windows, "windows");
  requireDevices(topology, windows);
  const own = spansOf(windows, within);
  const passedOn = spansOf(
    windows.filter(({ withChildren }) => withChildren),
    within,
  );
  const planned = new Map<string, readonly Span[]>();
  for (const id of topology.ids) {
    const inherited = commonSpans(topology.parentsOf(id).map((parent) => passedOn.get(parent) ?? []));
    const spans = mergeSpans([...(own.get(id) ?? []), ...inherited]);
    if (spans.length > 0) planned.set(id, spans);
    if (inherited.length > 0) passedOn.set(id, [...(passedOn.get(id) ?? []), ...inherited]);
  }
  return planned;
}

function spansOf(windows: readonly MaintenanceWindow[], within: Span): Map<string, readonly Span[]> {
  const byDevice = new Map<string, readonly Span[]>();
  for (const window of windows) {
    const spans = windowSpans(window, within);
    for (const id of window.devices) byDevice.set(id, [...(byDevice.get(id) ?? []), ...spans]);
  }
  return byDevice;
}

function commonSpans([first, ...others]: readonly (readonly Span[])[]): readonly Span[] {
  return others.reduce((common, spans) => intersectSpans(common, spans), first ?? []);
}

function requireDevices(topology: Topology, windows: readonly MaintenanceWindow[]): void {
  for (const [index, { id, devices }] of windows.entries()) {
    const place = devices.findIndex((device) => !topology.has(device));
    const unknown = devices[place];
    if (unknown === undefined) continue;
    throw monitoringFault(
      `the devices of the window ${JSON.stringify(id)} to be monitored`,
      `${JSON.stringify(unknown)}, which is not`,
      "add the device or leave it out",
      ["windows", index, "devices", place],
    );
  }
}
