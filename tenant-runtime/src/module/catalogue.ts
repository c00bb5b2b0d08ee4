import type { Route } from "../http/route/route.ts";
import type { UserVersions } from "../platform/access/authenticator.ts";
import type { Role } from "../platform/access/principal.ts";
import { createRoles, type Roles } from "../platform/access/roles.ts";
import { type ErrorKind, platformErrors } from "../platform/base/errors.ts";
import { createTopics, type Topics } from "../platform/events/topics.ts";
import type { Module } from "./define-module.ts";
import type { Entity } from "./entity.ts";
import type { Subscriptions } from "./work.ts";
import type { ModuleWorld } from "./world.ts";

/** What all modules together declare. */
export interface Catalogue {
  readonly roles: Roles;
  readonly topics: Topics;
  readonly subscriptions: Subscriptions;
  /** Those of the platform and of all modules, by status. */
  readonly errors: readonly ErrorKind[];
  users(world: Pick<ModuleWorld, "database" | "clock">): UserVersions;
}

/** Reads the declarations of all modules. Throws when two declare the same name, or one uses a name that none has. */
export function createCatalogue(modules: readonly Module[]): Catalogue {
  refuseSharedNames(modules);
  const grants: Record<string, readonly Role[]> = Object.assign(
    {},
    ...modules.map((module) => module.permissions),
  );
  const topics = modules.flatMap(({ entities }) => entities.flatMap(topicOf));
  for (const { name, read } of topics) {
    requirePermission(grants, read, `the topic ${name}`);
  }
  return {
    roles: createRoles(grants),
    topics: createTopics(topics),
    errors: errorsOf(modules),
    subscriptions: subscriptionsOf(modules),
    users: usersOf(modules),
  };
}

/** Throws for an operation that nobody could ever use. */
export function requireKnownPermissions(routes: readonly Route[], modules: readonly Module[]): void {
  const grants = Object.assign({}, ...modules.map(({ permissions }) => permissions));
  for (const { access, operationId } of routes) {
    if (typeof access === "object")
      requirePermission(grants, access.permission, `the operation ${operationId}`);
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

function subscriptionsOf(modules: readonly Module[]): Subscriptions {
  const events = modules.flatMap(({ entities }) =>
    entities.flatMap(({ type, events }) => events.map((verb) => `${type}.${verb}`)),
  );
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
  refuseShared("job", modules, ({ jobKinds }) => jobKinds);
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
