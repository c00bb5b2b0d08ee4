import { describe, expect, it } from "vitest";
import { route } from "../http/route/route.ts";
import { defineErrors } from "../platform/base/errors.ts";
import { defineJob } from "../platform/jobs/job.ts";
import { defineSchedule, scheduledInput } from "../platform/schedules/schedule.ts";
import type { DeclaredMetrics } from "../platform/telemetry/meters.ts";
import { createCatalogue, requireKnownNames } from "./catalogue.ts";
import { defineModule, type ModuleDefinition } from "./define-module.ts";
import { defineEntity } from "./entity.ts";
import { does, hears } from "./work.ts";

const users = () => ({ unchanged: async () => true });

function module(name: string, declared: Partial<ModuleDefinition<object, DeclaredMetrics>> = {}) {
  return defineModule({
    name,
    permissions: {},
    entities: [],
    ...declared,
    open: () => ({}),
    routes: () => [],
  });
}

const ticket = defineEntity({
  type: "ticket",
  topic: { name: "tickets", read: "tickets:see" },
  events: ["opened"],
});
const support = module("support", { permissions: { "tickets:see": ["agent"] }, entities: [ticket], users });

describe("a catalogue", () => {
  it("knows the permissions of a role from the modules, and the topic of an event from its entity", () => {
    const { roles, topics, errors } = createCatalogue([support]);
    expect(roles.permissionsOf("agent")).toEqual(["tickets:see"]);
    expect(roles.permissionsOf("admin")).toEqual([]);
    expect(topics.of("ticket")).toBe("tickets");
    expect(topics.permissionFor("tickets")).toBe("tickets:see");
    expect(topics.entityTypes(["tickets", "others"])).toEqual(["ticket"]);
    expect(errors.map(({ code }) => code)).toContain("NOT_FOUND");
  });

  it("gives the events of an unknown entity a topic that no role may follow", () => {
    const { topics } = createCatalogue([support]);
    expect(topics.of("invoice")).toBe("invoice");
    expect(topics.permissionFor("invoice")).toBeUndefined();
  });

  it("knows each job by its kind before a module is open, and those of operations", () => {
    const index = defineJob("tickets.index", scheduledInput, { mostWaiting: 3 });
    const { jobOf } = createCatalogue([support, module("other", { jobs: [does(index, async () => {})] })]);
    expect(jobOf("tickets.index")).toBe(index);
    expect(jobOf("tickets.import operation")).toMatchObject({
      kind: "tickets.import operation",
      giveUp: expect.any(Function),
    });
    expect(jobOf("later.image")).toBeUndefined();
  });

  const another = (entity: Parameters<typeof defineEntity>[0]) => defineEntity(entity);
  it.each([
    ["a name", { name: "support" }, "the name support is declared by the module support and by"],
    ["a permission", { permissions: { "tickets:see": [] } }, "the permission tickets:see is declared by"],
    ["an entity", { entities: [another({ type: "ticket" })] }, "the entity ticket is declared by"],
    [
      "a topic",
      { entities: [another({ type: "query", topic: { name: "tickets", read: "tickets:see" } })] },
      "the topic tickets is declared by",
    ],
    [
      "an error of the platform",
      { errors: defineErrors({ NOT_FOUND: { status: 404, message: "No." } }) },
      "the error NOT_FOUND is declared by the platform and by the module other",
    ],
    [
      "a reader of a topic without a declaration",
      { entities: [another({ type: "query", topic: { name: "queries", read: "queries:read" } })] },
      "the topic queries needs queries:read, which no module declares",
    ],
    [
      "a subscriber of an event",
      { subscribers: [hears("ticket.closed", "other.watch", async () => {})] },
      'the subscriber "other.watch after ticket.closed" hears ticket.closed, which no module declares: write one of ticket.opened',
    ],
    [
      "rows derived under one name",
      { derives: [0, 1].map(() => ({ name: "queries", when: "true", insert: "" })) },
      "the list of derived rows queries is declared by the module other",
    ],
    ["users a second time", { users }, "exactly one module must declare `users`"],
  ])("refuses %s that is declared wrongly", (_what, declared, message) => {
    expect(() => createCatalogue([support, module("other", declared)])).toThrow(message);
  });

  const nightJob = defineJob("night.work", scheduledInput);
  const night = (name: string) => [defineSchedule(name, { at: "02:30" }, nightJob)];
  const jobs = [does(nightJob, async () => {})];

  it("has the schedules of all modules, and refuses two schedules of one name", () => {
    const nightly = module("nightly", { schedules: night("night"), jobs });
    expect(createCatalogue([support, nightly]).schedules).toEqual(night("night"));
    const other = module("other", { schedules: [...night("night"), ...night("night")], jobs });
    expect(() => createCatalogue([support, other])).toThrow("the schedule night is declared by");
  });

  it("refuses a schedule whose job the module does not do", () => {
    expect(() => module("nightly", { schedules: night("night") })).toThrow(
      "the schedule night of the module nightly creates the job night.work, which it does not do",
    );
  });

  it("refuses an entity with events and no topic", () => {
    expect(() => defineEntity({ type: "query", events: ["asked"] })).toThrow("name the topic");
  });

  const common = { path: "/x", summary: "", tags: [], limits: [], responses: {} };
  const handle = async () => ({ status: 204 });

  it("refuses an operation with a permission that no module declares", () => {
    const access = { permission: "tickets:burn" };
    const burn = route({ ...common, operationId: "burnTicket", method: "get", access, handle });
    expect(() => requireKnownNames([burn], [support])).toThrow(
      "the operation burnTicket needs tickets:burn, which no module declares",
    );
  });

  it("refuses an operation of a module that no plan can license", () => {
    const opened = route({
      ...common,
      operationId: "open",
      method: "get",
      access: "public",
      module: "sitez",
      handle,
    });
    expect(() => requireKnownNames([opened], [support])).toThrow(
      "the operation open needs a licence of sitez, which no plan has: write one of customers, billing, network, support",
    );
  });

  it.each([
    ["one method and path", "get", "/x/{id}", "one and two are both GET /x/{id}: give one another path"],
    [
      "paths of differently named parameters",
      "put",
      "/x/{key}",
      "two has /x/{key}: name the parameters alike",
    ],
  ] as const)("refuses two routes with %s", (_what, method, path, message) => {
    const at = { ...common, access: "public", handle } as const;
    const one = route({ ...at, operationId: "one", method: "get", path: "/x/{id}" });
    const two = route({ ...at, operationId: "two", method, path });
    expect(() => requireKnownNames([one, two], [support])).toThrow(message);
    const put = route({ ...at, operationId: "three", method: "put", path: "/x/{id}" });
    expect(() => requireKnownNames([one, put], [support])).not.toThrow();
  });

  it("refuses two routes that start operations of one kind", () => {
    const step = async () => ({ done: 0, refused: 0, next: undefined });
    const starting = (operationId: string, kind: string) => {
      const starts = { kind, licensed: undefined, step };
      const path = `/${operationId}`;
      return route({ ...common, path, operationId, method: "post", access: "authenticated", starts, handle });
    };
    const first = starting("importTickets", "tickets.import");
    expect(() => requireKnownNames([first, starting("loadTickets", "tickets.import")], [support])).toThrow(
      "importTickets and loadTickets both start operations of the kind tickets.import: rename one",
    );
    expect(() =>
      requireKnownNames([first, starting("loadTickets", "tickets.load")], [support]),
    ).not.toThrow();
  });
});
