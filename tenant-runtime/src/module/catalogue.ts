import { licensedModules } from "../../../contract/values/licensed-modules.ts";
import type { Route } from "../http/route/route.ts";
import type { UserVersions } from "../platform/access/authenticator.ts";
import type { Role } from "../platform/access/principal.ts";
import { createRoles, type Roles } from "../platform/access/roles.ts";
import { type ErrorKind, platformErrors } from "../platform/base/errors.ts";
import type { DerivedRows } from "../platform/events/outbox.ts";
import { createTopics, type Topics } from "../platform/events/topics.ts";
import type { JobDeclaration } from "../platform/jobs/job.ts";
import type { MailTemplates } from "../platform/mail/template.ts";
import { stepJobOf } from "../platform/operations/operations.ts";
import type { Schedule } from "../platform/schedules/schedule.ts";
import type { Module } from "./define-module.ts";
import type { Entity } from "./entity.ts";
import { inOrderOfNeeds } from "./open-modules.ts";
import type { Subscriptions } from "./work.ts";
import type { ModuleWorld } from "./world.ts";

/** The declarations of all modules together. */
export interface Catalogue {
  readonly roles: Roles;
  readonly topics: Topics;
  readonly subscriptions: Subscriptions;
  /** The types of the events that modules record: `customer.created`. Reports of progress are not among them. */
  readonly eventTypes: readonly string[];
  /** The rows that follow from events. */
  readonly derived: readonly DerivedRows[];
  readonly schedules: readonly Schedule[];
  /** The messages to people, by name. */
  readonly mailTemplates: MailTemplates;
  /** The errors of the platform and of all modules, by status. */
  readonly errors: readonly ErrorKind[];
  /** The job of this kind; undefined if no module declares it and it does no part of an operation. */
  jobOf(kind: string): JobDeclaration | undefined;
  users(world: Pick<ModuleWorld, "database" | "clock">): UserVersions;
}

/**
 * Collects the declarations of all modules. Throws if two declare the same name, if one uses an undeclared name, or
 * if modules need each other.
 */
export function createCatalogue(modules: readonly Module[]): Catalogue {
  refuseSharedNames(modules);
  inOrderOfNeeds(modules);
  const grants: Record<string, readonly Role[]> = Object.assign(
    {},
    ...modules.map((module) => module.permissions),
  );
  const topics = modules.flatMap(({ entities }) => entities.flatMap(topicOf));
  for (const { name, read } of topics) {
    requirePermission(grants, read, `the topic ${name}`);
  }
  const jobs = new Map(modules.flatMap((module) => module.jobs.map((job) => [job.kind, job])));
  return {
    roles: createRoles(grants),
    topics: createTopics(topics),
    errors: errorsOf(modules),
    subscriptions: subscriptionsOf(modules),
    eventTypes: eventTypesOf(modules),
    derived: modules.flatMap(({ derives = [] }) => derives),
    schedules: modules.flatMap(({ schedules }) => schedules),
    mailTemplates: new Map(
      modules.flatMap(({ mails = [] }) => mails.map((template) => [template.name, template] as const)),
    ),
    jobOf: (kind) => jobs.get(kind) ?? stepJobOf(kind),
    users: usersOf(modules),
  };
}

/**
 * Throws if a route requires a permission that no role has or a module that no plan licenses, or if two routes have
 * the same address, the same name or operations of the same kind.
 */
export function requireKnownNames(routes: readonly Route[], modules: readonly Module[]): void {
  const grants = Object.assign({}, ...modules.map(({ permissions }) => permissions));
  for (const { access, operationId, module } of routes) {
    if (module !== undefined) requireLicensable(module, operationId);
    if (typeof access === "object")
      requirePermission(grants, access.permission, `the operation ${operationId}`);
  }
  refuseSharedKinds(routes);
  refuseSharedAddresses(routes);
}

function requireLicensable(module: string, operationId: string): void {
  if (licensedModules.includes(module)) return;
  throw new Error(
    `the operation ${operationId} needs a licence of ${module}, which no plan has: write one of ${licensedModules.join(", ")}`,
  );
}

/** Throws if two routes have one address, because the second would never be called. */
function refuseSharedAddresses(routes: readonly Route[]): void {
  const paths = new Map<string, Route>();
  const calls = new Map<string, Route>();
  for (const route of routes) {
    const { path, method, operationId } = route;
    const shape = path.replaceAll(/\{\w+\}/g, "{}");
    const near = paths.get(shape);
    if (near !== undefined && near.path !== path)
      throw new Error(
        `${near.operationId} has the path ${near.path} and ${operationId} has ${path}: name the parameters alike`,
      );
    const call = `${method.toUpperCase()} ${path}`;
    const same = calls.get(call);
    if (same !== undefined)
      throw new Error(`${same.operationId} and ${operationId} are both ${call}: give one another path`);
    paths.set(shape, route);
    calls.set(call, route);
  }
}

function refuseSharedKinds(routes: readonly Route[]): void {
  const starters = new Map<string, string>();
  for (const { operationId, starts } of routes) {
    if (starts === undefined) continue;
    const { kind } = starts;
    const other = starters.get(kind);
    if (other !== undefined)
      throw new Error(`${other} and ${operationId} both start operations of the kind ${kind}: rename one`);
    starters.set(kind, operationId);
  }
}

function requirePermission(grants: object, permission: string, needs: string): void {
  if (permission in grants) return;
  throw new Error(
    `${needs} needs ${permission}, which no module declares: add it to the module's permissions`,
  );
}

function topicOf({ type, topic }: Entity) {
  return topic === undefined ? [] : [{ entityType: type, ...topic }];
}

function errorsOf(modules: readonly Module[]): ErrorKind[] {
  const all = [platformErrors, ...modules.map(({ errors = {} }) => errors)];
  return all
    .flatMap((errors): ErrorKind[] => Object.values(errors))
    .toSorted((one, other) => one.status - other.status);
}

function eventTypesOf(modules: readonly Module[]): string[] {
  return modules.flatMap(({ entities }) =>
    entities.flatMap(({ type, events }) => events.map((verb) => `${type}.${verb}`)),
  );
}

function subscriptionsOf(modules: readonly Module[]): Subscriptions {
  const events = eventTypesOf(modules);
  const subscriptions = modules.flatMap((module) => module.subscriptions);
  for (const { event, job } of subscriptions) {
    if (events.includes(event)) continue;
    throw new Error(
      `the subscriber "${job.kind}" hears ${event}, which no module declares: write one of ${events.join(", ")}`,
    );
  }
  const byEvent = Map.groupBy(subscriptions, ({ event }) => event);
  return new Map([...byEvent].map(([event, heard]) => [event, heard.map(({ job }) => job)]));
}

function usersOf(modules: readonly Module[]): Catalogue["users"] {
  const [users, ...more] = modules.flatMap(({ users }) => users ?? []);
  if (users !== undefined && more.length === 0) return users;
  throw new Error("exactly one module must declare `users`: the one whose table they are in");
}

function refuseSharedNames(modules: readonly Module[]): void {
  refuseShared("name", modules, ({ name }) => [name]);
  refuseShared("permission", modules, ({ permissions }) => Object.keys(permissions));
  refuseShared("entity", modules, ({ entities }) => entities.map(({ type }) => type));
  refuseShared("topic", modules, ({ entities }) => entities.flatMap(({ topic }) => topic?.name ?? []));
  refuseShared("schedule", modules, ({ schedules }) => schedules.map(({ name }) => name));
  refuseShared("list of derived rows", modules, ({ derives = [] }) => derives.map(({ name }) => name));
  refuseShared("message", modules, ({ mails = [] }) => mails.map(({ name }) => name));
  refuseShared("job", modules, ({ jobs }) => jobs.map(({ kind }) => kind));
  refuseShared("error", modules, ({ errors = {} }) => Object.keys(errors), Object.keys(platformErrors));
}

function refuseShared(
  what: string,
  modules: readonly Module[],
  namesOf: (module: Module) => readonly string[],
  platform: readonly string[] = [],
): void {
  const owners = new Map(platform.map((name) => [name, "the platform"]));
  for (const module of modules) {
    for (const name of namesOf(module)) {
      const owner = owners.get(name);
      const message = `the ${what} ${name} is declared by ${owner} and by the module ${module.name}: rename one`;
      if (owner !== undefined) throw new Error(message);
      owners.set(name, `the module ${module.name}`);
    }
  }
}
