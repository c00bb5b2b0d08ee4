import { z } from "zod";
import { line, oneOf, orNull, patchShape } from "../../module/fields/fields.ts";
import { list, text } from "../../platform/base/text.ts";
import { deliveryStates, disabledReasons } from "./store/models.ts";
import { receiverUrl } from "./url.ts";

const uniqueEvents = "write each type of events once";
const noEvents = "write at least one type of events, or leave the field out for all";
const trueOrFalse = "write true or false";

/** The bodies of requests. `eventTypes`: the types of events that exist. */
export function webhookSchemas(eventTypes: readonly string[]) {
  const events = list(oneOf(eventTypes), eventTypes.length)
    .refine((each) => each.length > 0, noEvents)
    .refine((each) => new Set(each).size === each.length, uniqueEvents);
  const fields = { url: receiverUrl() };
  const optional = { description: line("a description", 200), events };
  const whole = z.strictObject({
    ...fields,
    ...orNull(optional),
    enabled: z.boolean(trueOrFalse).default(true),
  });
  const patch = z.strictObject(patchShape({ ...fields, ...optional, enabled: z.boolean(trueOrFalse) }));
  return { whole, patch };
}

export type WebhookSchemas = ReturnType<typeof webhookSchemas>;

const anInstant = "write an instant such as 2026-01-31T12:00:00Z";

/** PostgreSQL reads no instant that JavaScript writes from this year on. */
const year10000 = Date.UTC(10_000, 0);

export const replayBody = z.strictObject({
  since: text(40, anInstant, anInstant)
    .check(z.iso.datetime({ offset: true, error: anInstant, abort: true }))
    .transform((written) => new Date(written))
    .refine((instant) => instant.getTime() >= 0 && instant.getTime() < year10000, anInstant)
    .transform((instant) => instant.toISOString())
    .meta({ examples: ["2026-01-31T12:00:00Z"] })
    .describe("Deliveries that failed at this instant or later are replayed"),
});

const instant = z.iso.datetime();

/** An endpoint as the API shows it. */
export const endpointAttributes = z.object({
  url: z.string(),
  description: z.string().nullable(),
  events: z.array(z.string()).nullable().describe("The types of events that are sent; null for all"),
  enabled: z.boolean(),
  disabledReason: z
    .enum(disabledReasons)
    .nullable()
    .describe("gone: it answered 410; failing: each attempt of five days failed"),
  disabledAt: instant.nullable(),
  failingSince: instant.nullable().describe("The first failed attempt since the last success"),
  previousSecretUntil: instant
    .nullable()
    .describe("Until then messages carry the signature of the secret before the last rotation too"),
  createdAt: instant,
  updatedAt: instant,
});

/** An endpoint with its new secret. */
export const endpointAttributesOnce = endpointAttributes.extend({
  secret: z.string().describe("The key of signatures, shown now and never again"),
});

/** A delivery as the API shows it. */
export const deliveryAttributes = z.object({
  eventId: z.uuid().nullable().describe("The id of the event; null for a test message"),
  eventType: z.string(),
  state: z.enum(deliveryStates),
  attempts: z.int().describe("The number of attempts that have begun since it was created or replayed"),
  lastStatus: z.int().nullable().describe("The HTTP status of the last attempt's answer"),
  lastError: z.string().nullable().describe("A code, where the last attempt had no answer or none was made"),
  payload: z.object({
    type: z.string(),
    timestamp: instant,
    data: z.record(z.string(), z.unknown()),
  }),
  createdAt: instant,
  lastAttemptAt: instant.nullable(),
  nextAttemptAt: instant.nullable().describe("When the next attempt may begin; null after the end"),
  finishedAt: instant.nullable(),
});

/** The result of a replay of all failed deliveries. */
export const replayAttributes = z.object({
  replayed: z.int().describe("The number of deliveries that wait again"),
  remaining: z
    .int()
    .describe("The number of failed deliveries that would exceed the bound of those that may wait"),
});
