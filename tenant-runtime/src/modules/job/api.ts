import { z } from "zod";
import { cursor, encodeCursor, pageLimit, pageLink } from "../../http/message/cursor.ts";
import { collectionDocument, type Resource, resourceDocument } from "../../http/message/envelope.ts";
import { commandOf } from "../../http/route/command-of.ts";
import { type Route, route } from "../../http/route/route.ts";
import { idOf, line, someOf } from "../../module/fields/fields.ts";
import { instantPosition } from "../../platform/base/instant-position.ts";
import { uuid } from "../../platform/base/text.ts";
import type { Jobs } from "../../platform/jobs/jobs.ts";
import { jobStates, type ShownJob } from "../../platform/jobs/shown-jobs.ts";

const common = {
  tags: ["jobs"],
  access: { permission: "jobs:manage" },
  limits: ["api"],
} as const;

const params = idOf("a job");
const place = z.object({ createdAt: instantPosition, id: uuid("a UUID") });

const attributes = z.object({
  kind: z
    .string()
    .describe("The module and the work")
    .meta({ examples: ["customers.import operation"] }),
  state: z.enum(jobStates).describe("A dead job was given up: no further attempt follows"),
  attempts: z.int().describe("The number of attempts that have begun"),
  lastError: z.string().nullable().describe("Why the last attempt failed: a code or the name of an error"),
  createdAt: z.iso.datetime(),
  dueAt: z.iso.datetime().nullable().describe("When the next attempt may begin"),
  takenAt: z.iso.datetime().nullable().describe("When the attempt in progress began"),
  failedAt: z.iso.datetime().nullable().describe("When it was given up"),
});
const document = resourceDocument("job", attributes);

/** The operations on jobs, for administrators. */
export function jobRoutes(jobs: Jobs): Route[] {
  return [listRoute(jobs), retrieveRoute(jobs), repeatRoute(jobs), dropRoute(jobs)];
}

function listRoute(jobs: Jobs): Route {
  return route({
    ...common,
    method: "get",
    path: "/jobs",
    operationId: "listJobs",
    summary: "List the jobs that wait, are in progress or were given up, the newest first",
    query: z.strictObject({
      state: someOf(jobStates).optional(),
      kind: line("the kind of a job", 200).optional(),
      limit: pageLimit,
      cursor: cursor(place).optional(),
    }),
    responses: { 200: { description: "A page of jobs", schema: collectionDocument("job", attributes) } },
    async handle({ self }, { query: { state: states, kind, limit, cursor: after } }) {
      const { items, next } = await jobs.list({ states, kind, after, limit });
      const links = next && { next: pageLink(self, encodeCursor(next)) };
      return { status: 200, body: { data: items.map(resourceOf), ...(links && { links }) } };
    },
  });
}

function retrieveRoute(jobs: Jobs): Route {
  return route({
    ...common,
    method: "get",
    path: "/jobs/{id}",
    params,
    operationId: "retrieveJob",
    summary: "Retrieve a job: its attempts and why the last one failed",
    responses: { 200: { description: "The job", schema: document } },
    handle: async (_context, { params }) => ({
      status: 200,
      body: { data: resourceOf(await jobs.retrieve(params.id)) },
    }),
  });
}

function repeatRoute(jobs: Jobs): Route {
  return route({
    ...common,
    method: "post",
    path: "/jobs/{id}/repetition",
    params,
    operationId: "repeatJob",
    summary: "Repeat a job that was given up: it is due at once, with all of its attempts",
    responses: { 200: { description: "The job as it is now", schema: document } },
    handle: async (context, { params }) => ({
      status: 200,
      body: { data: resourceOf(await jobs.repeat(commandOf(context), params.id)) },
    }),
  });
}

function dropRoute(jobs: Jobs): Route {
  return route({
    ...common,
    method: "delete",
    path: "/jobs/{id}",
    params,
    operationId: "dropJob",
    summary: "Delete a job that waits or was given up",
    responses: { 204: { description: "The job is deleted" } },
    async handle(context, { params }) {
      await jobs.drop(commandOf(context), params.id);
      return { status: 204 };
    },
  });
}

function resourceOf(job: ShownJob): Resource {
  const { id, kind, state, attempts, lastError, failedAt } = job;
  const instants = {
    createdAt: job.createdAt.toISOString(),
    dueAt: failedAt === null ? job.dueAt.toISOString() : null,
    takenAt: job.takenAt?.toISOString() ?? null,
    failedAt: failedAt?.toISOString() ?? null,
  };
  return { type: "job", id, attributes: { kind, state, attempts, lastError, ...instants } };
}
