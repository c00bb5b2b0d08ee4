import { z } from "zod";
import type { Clock } from "../../../../process/clock.ts";
import { cursor, encodeCursor, pageLimit, pageLink } from "../../http/message/cursor.ts";
import { collectionDocument, type Resource } from "../../http/message/envelope.ts";
import { type Route, route } from "../../http/route/route.ts";
import { line } from "../../module/fields/fields.ts";
import { instantPosition } from "../../platform/base/instant-position.ts";
import { invalidField } from "../../platform/base/invalid-field.ts";
import { text } from "../../platform/base/text.ts";
import type { AuditRecord, AuditTrail } from "./audit-trail.ts";

const dayMs = 86_400_000;
const usualDays = 31;
const mostDays = 366;

const wrongInstant = "write an instant in UTC, for example 2026-03-01T00:00:00Z";
const instant = text(30, wrongInstant)
  .check(z.iso.datetime({ error: wrongInstant, abort: true }))
  .regex(/^[12]\d{3}-/, wrongInstant)
  .transform((written) => new Date(written));

const place = z.object({ at: instantPosition, id: text(19).regex(/^[1-9]\d{0,18}$/) });

const attributes = z.object({
  at: z.iso.datetime().describe("When it was recorded, by the clock of the database"),
  actor: z.string().describe("The id of a user; `system` for work that no user began"),
  action: z
    .string()
    .describe("The type of the entity and the action")
    .meta({ examples: ["customer.created"] }),
  entityType: z.string(),
  entityId: z.string().describe("`unknown` for a login with an address that no user has"),
  requestId: z.string().nullable().describe("The `X-Request-Id` of the request, if there was one"),
  details: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe("States, identifiers and names of changed fields, never their values"),
});

/** The parts that the routes work with. */
export interface AuditServices {
  readonly trail: AuditTrail;
  readonly clock: Clock;
}

/** The reading of the audit trail, for administrators. */
export function auditRoutes(services: AuditServices): Route[] {
  return [listRoute(services)];
}

function listRoute({ trail, clock }: AuditServices): Route {
  return route({
    tags: ["audit"],
    access: { permission: "audit:read" },
    limits: ["api"],
    method: "get",
    path: "/audit-records",
    operationId: "listAuditRecords",
    summary: "List the records of the audit trail, the newest first: changes, logins, and what was refused",
    query: z.strictObject({
      from: instant.optional().describe(`The first instant: ${usualDays} days before \`to\` by default`),
      to: instant
        .optional()
        .describe(`The first instant that is left out, at most ${mostDays} days after \`from\``),
      actor: line("the id of a user, system or unknown", 256).optional(),
      action: line("an action, for example customer.created", 128).optional(),
      entityType: line("the type of an entity, for example customer", 128).optional(),
      entityId: line("the id of an entity", 256).optional(),
      requestId: line("the X-Request-Id of a request", 256).optional(),
      limit: pageLimit,
      cursor: cursor(place).optional(),
    }),
    responses: {
      200: { description: "A page of records", schema: collectionDocument("audit_record", attributes) },
    },
    async handle({ self }, { query: { from, to, cursor: after, ...restrictions } }) {
      const { items, next } = await trail.list({ ...restrictions, ...span(from, to, clock), after });
      const links = next && { next: pageLink(self, encodeCursor(next)) };
      return { status: 200, body: { data: items.map(resourceOf), ...(links && { links }) } };
    },
  });
}

/** The time that is searched. Throws VALIDATION_ERROR for one that is empty or too long. */
function span(from: Date | undefined, to: Date | undefined, clock: Clock): { since: Date; until: Date } {
  const until = to ?? new Date(clock.now().getTime() + dayMs);
  const since = from ?? new Date(until.getTime() - usualDays * dayMs);
  const days = (until.getTime() - since.getTime()) / dayMs;
  if (days <= 0) throw invalidField("to", "write an instant after from");
  if (days > mostDays) throw invalidField("from", `write an instant at most ${mostDays} days before to`);
  return { since, until };
}

function resourceOf({ id, ...attributes }: AuditRecord): Resource {
  return { type: "audit_record", id, attributes: { ...attributes } };
}
