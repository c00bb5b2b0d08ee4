import type { Route } from "../http/route/route.ts";
import type { UserVersions } from "../platform/access/authenticator.ts";
import type { Grants } from "../platform/access/roles.ts";
import type { ErrorKind } from "../platform/base/errors.ts";
import type { Job, JobHandler } from "../platform/jobs/job.ts";
import type { Entity } from "./entity.ts";
import type { Subscriber, Worker } from "./work.ts";
import type { ModuleWorld } from "./world.ts";

/** What a module declares before anything is opened. */
export interface Declarations {
  readonly name: string;
  /** Which roles have each of its permissions. */
  readonly permissions: Grants;
  readonly entities: readonly Entity[];
  /** Made with `defineErrors`. */
  readonly errors?: Readonly<Record<string, ErrorKind>>;
  /** Tells whether users have changed since they logged in; exactly one module does. */
  readonly users?: (world: Pick<ModuleWorld, "database" | "clock">) => UserVersions;
}

/** The names of what a module works on, for the core. */
interface Work {
  /** The kinds of its jobs. */
  readonly jobKinds: readonly string[];
  /** The events that it hears, each with the job that this gives rise to. */
  readonly subscriptions: readonly { readonly event: string; readonly job: Job }[];
}

/** A module whose parts work with its own `Services`. */
export interface ModuleDefinition<Services> extends Declarations {
  open(world: ModuleWorld): Services;
  routes(services: Services): readonly Route[];
  /** What it does for its jobs. */
  readonly jobs?: readonly Worker<NoInfer<Services>>[];
  /** What it does when something happens, in this module or another. */
  readonly subscribers?: readonly Subscriber<NoInfer<Services>>[];
  /** What must be there before the first request; any number of replicas may do it at once. */
  prepare?(services: Services): Promise<void>;
}

/** A module that works in one process. */
export interface OpenModule {
  readonly routes: readonly Route[];
  readonly handlers: readonly JobHandler[];
  prepare(): Promise<void>;
}

/** A part of the ISP's API with its own tables, as the core sees it. */
export interface Module extends Declarations, Work {
  open(world: ModuleWorld): OpenModule;
}

/** Makes a module of its definition: its services are opened once and reach all of its parts. */
export function defineModule<Services>(definition: ModuleDefinition<Services>): Module {
  const { open, routes, prepare, jobs = [], subscribers = [], ...declarations } = definition;
  const workers = [...jobs, ...subscribers];
  return {
    ...declarations,
    jobKinds: workers.map(({ job }) => job.kind),
    subscriptions: subscribers.map(({ event, job }) => ({ event, job })),
    open(world) {
      const services = open(world);
      return {
        routes: routes(services),
        handlers: workers.map(({ job, run }) => ({
          kind: job.kind,
          run: (transaction, input) => run(services, transaction, input),
        })),
        prepare: async () => prepare?.(services),
      };
    },
  };
}
