import { z } from "zod";
import { command } from "../../../../base/cli/command.ts";
import { expected } from "../../../../base/cli/schemas/expected.ts";
import { output } from "../../../../base/cli/schemas/output.ts";
import { filledList, list, oneOf, record } from "../../../../base/cli/schemas/record.ts";
import { date, id, instant, zone } from "../../../../base/cli/schemas/scalars.ts";
import { whenSound } from "../../../../base/cli/schemas/when-sound.ts";
import { located } from "../../../../base/src/located.ts";
import { monthSpan } from "../../../src/monitoring/availability/month-span.ts";
import {
  availabilityOf,
  knownCuts,
  type ServiceAvailability,
} from "../../../src/monitoring/availability/service-availability.ts";
import { serviceHours } from "../../../src/monitoring/availability/service-hours.ts";
import type { MaintenanceWindow } from "../../../src/monitoring/maintenance/maintenance-window.ts";
import { windowSpans } from "../../../src/monitoring/maintenance/window-spans.ts";
import { monitoringFault } from "../../../src/monitoring/monitoring-fault.ts";
import { ServiceMap } from "../../../src/monitoring/services/service-map.ts";
import type { Span } from "../../../src/monitoring/spans/span.ts";
import { dailyHours, plantSchema, whenSchema } from "../../schemas/monitoring/monitoring.ts";
import { refuseReversed } from "../../schemas/usage/intervals.ts";

const seconds = z.int().min(0);
const target = z
  .string({ error: expected('a percentage in quotes, such as "99.95"') })
  .regex(/^(100(\.0{1,4})?|\d{1,2}(\.\d{1,4})?)$/, {
    error: expected('a percentage from "0" to "100", four decimals at most'),
  })
  .meta({ description: "percentage of the agreed time", examples: ["99.95"] })
  .transform((text) => Math.round(Number(text) * 10_000));

/** The time span of an event of an element. Its duration may be zero. */
const elementTime = record({ element: id, from: instant, to: instant }).superRefine(
  refuseReversed("from", "to", "may-be-empty"),
  whenSound,
);

export const availability = command({
  name: "availability",
  summary: "the availability of each service in a month, to the second, compared with its target",
  example: {
    month: "2026-03",
    zone: "Europe/Paris",
    plant: [
      { id: "access-1", kind: "device" },
      { id: "fibre-a", kind: "circuit", needs: ["access-1"] },
    ],
    services: [{ id: "fibre-7", customer: "anna", paths: [["fibre-a"]], target: "99.95" }],
    outages: [{ element: "access-1", from: "2026-03-10T01:30:00Z", to: "2026-03-10T02:10:00Z" }],
    planned: [
      {
        services: ["fibre-7"],
        when: { kind: "once", from: "2026-03-10T01:00:00Z", to: "2026-03-10T02:00:00Z" },
      },
    ],
  },
  input: record({
    month: z
      .string({ error: expected('a month, such as "2026-03"') })
      .regex(/^\d{4}-(0[1-9]|1[0-2])$/, { error: expected('a month, such as "2026-03"') }),
    zone,
    plant: plantSchema,
    services: list(
      record({
        id,
        customer: id,
        paths: list(list(id)),
        target,
        from: instant.optional(),
        to: instant.optional(),
        hours: filledList(dailyHours, "write the hours, or leave the field out for always")
          .optional()
          .meta({ description: "the promised hours; always if absent" }),
        holidays: list(date).default([]).meta({ description: "dates on which no hours begin" }),
      }).superRefine(refuseReversed("from", "to", "has-a-length"), whenSound),
    ),
    outages: list(elementTime).default([]),
    planned: list(
      record({ services: filledList(id, "write the services, or leave the work out"), when: whenSchema }),
    ).default([]),
    unknown: list(elementTime).default([]),
    unknownTime: oneOf(["excluded", "up", "down"]).default("excluded"),
  }),
  output: output({
    services: z.array(
      output({
        id: z.string(),
        customer: z.string(),
        percent: z.string().optional(),
        targetMet: z.boolean(),
        total: seconds,
        planned: seconds,
        unknown: seconds,
        down: seconds,
        degraded: seconds,
        agreed: seconds,
        available: seconds,
        allowance: seconds,
        allowanceLeft: z.int(),
      }),
    ),
  }),
  run({ month, zone, plant, services, planned, unknownTime, ...elements }) {
    const whole = located(["month"], () => monthSpan(month, zone));
    const map = ServiceMap.of(plant, services);
    requireServices(services, planned);
    const cuts = knownCuts(map, elements);
    return {
      services: services.map(
        ({ id, customer, target, hours, holidays, from = whole.from, to = whole.to }) => {
          const within = { from: clip(from, whole), to: clip(to, whole) };
          const theirs = planned.filter(({ services }) => services.includes(id));
          const facts = {
            ...{ cuts, planned: theirs.flatMap(({ when }) => spansOf(when, whole)) },
            hours: hours && serviceHours(hours, holidays, zone, whole),
          };
          const measured = availabilityOf(map, id, within, facts, {
            targetMillionths: target,
            unknownTime,
          });
          return { id, customer, ...printed(measured) };
        },
      ),
    };
  },
});

function clip(at: number, { from, to }: Span): number {
  return Math.min(Math.max(at, from), to);
}

function spansOf(when: MaintenanceWindow["when"], within: Span): readonly Span[] {
  return windowSpans({ id: "planned", devices: [], withChildren: false, when }, within);
}

function requireServices(
  services: readonly { id: string }[],
  planned: readonly { services: string[] }[],
): void {
  const known = new Set(services.map(({ id }) => id));
  for (const [index, { services: ids }] of planned.entries()) {
    const place = ids.findIndex((id) => !known.has(id));
    if (place < 0) continue;
    throw monitoringFault(
      "work planned on known services",
      JSON.stringify(ids[place]),
      "add the service or correct its id",
      ["planned", index, "services", place],
    );
  }
}

function printed({ availableMillionths, ...rest }: ServiceAvailability) {
  return {
    ...rest,
    ...(availableMillionths === undefined ? {} : { percent: percentOf(availableMillionths) }),
  };
}

/** Millionths as a percentage with four decimals: 999500 is "99.9500". */
function percentOf(millionths: number): string {
  const digits = String(millionths).padStart(5, "0");
  return `${digits.slice(0, -4)}.${digits.slice(-4)}`;
}
