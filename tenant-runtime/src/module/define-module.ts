import type { Registry } from "prom-client";
import type { Route } from "../http/route/route.ts";
import type { UserVersions } from "../platform/access/authenticator.ts";
import type { Grants } from "../platform/access/roles.ts";
import type { ErrorKind } from "../platform/base/errors.ts";
import type { Transaction } from "../platform/database/database.ts";
import type { DerivedRows } from "../platform/events/outbox.ts";
import type { Job, JobDeclaration, JobHandler } from "../platform/jobs/job.ts";
import type { MailTemplate } from "../platform/mail/template.ts";
import { operationHandler } from "../platform/operations/operation-handler.ts";
import type { Schedule } from "../platform/schedules/schedule.ts";
import { type DeclaredMetrics, type Meters, openMeters } from "../platform/telemetry/meters.ts";
import type { Entity } from "./entity.ts";
import type { Loop, LoopWorld, Subscriber, Worker } from "./work.ts";
import type { ModuleWorld } from "./world.ts";

/** A module's declarations, which need no open resources. */
export interface Declarations {
  readonly name: string;
  /** The roles that have each of its permissions. */
  readonly permissions: Grants;
  readonly entities: readonly Entity[];
  /** Errors made with `defineErrors`. */
  readonly errors?: Readonly<Record<string, ErrorKind>>;
  /** Its metrics, made with `counter`, `gauge` and `histogram`. Their names begin with the module's. */
  readonly metrics?: DeclaredMetrics;
  /** Checks whether users have changed since they logged in. Exactly one module provides it. */
  readonly users?: (world: Pick<ModuleWorld, "database" | "clock">) => UserVersions;
  /** Rows of its tables that follow from events of any module, written in the transaction of the event. */
  readonly derives?: readonly DerivedRows[];
  /** The messages that it sends to people, made with `defineMail`. */
  readonly mails?: readonly MailTemplate[];
}

/** The names of a module's jobs and events, for the core. */
interface Work {
  /** Its jobs, except those that run the operations of its routes. */
  readonly jobs: readonly JobDeclaration[];
  /** The events that it subscribes to, each with the job to create. */
  readonly subscriptions: readonly { readonly event: string; readonly job: Job }[];
  readonly schedules: readonly Schedule[];
}

/** The offers of the needed modules, in their order. */
export type OffersOf<Needs extends readonly Module[]> = {
  readonly [Index in keyof Needs]: Needs[Index] extends Module<infer Offers> ? Offers : never;
};

/** The parts of the platform that a module declares in `uses`, and no others. */
export type Used<Uses extends readonly (keyof ModuleWorld)[]> = Pick<ModuleWorld, Uses[number]>;

/** The parts of its surroundings that belong to one module. */
export interface Own<Metrics extends DeclaredMetrics, Needs extends readonly Module[] = readonly []> {
  readonly meters: Meters<Metrics>;
  readonly needs: OffersOf<Needs>;
}

/** A module whose parts work with its own `Services`. */
export interface ModuleDefinition<
  Services,
  Metrics extends DeclaredMetrics,
  Needs extends readonly Module[] = readonly [],
  Offers = undefined,
  Uses extends readonly (keyof ModuleWorld)[] = readonly [],
> extends Declarations {
  readonly metrics?: Metrics;
  /** The parts of the platform that it works with. `open` gets no others. */
  readonly uses?: Uses;
  /** The modules whose offers it uses, which are opened before it. */
  readonly needs?: Needs;
  open(world: Used<NoInfer<Uses>>, own: Own<NoInfer<Metrics>, NoInfer<Needs>>): Services;
  /** The questions that other modules may ask. */
  offers?(services: NoInfer<Services>): Offers;
  routes(services: Services): readonly Route[];
  /** The workers of its jobs. */
  readonly jobs?: readonly Worker<NoInfer<Services>>[];
  /** The times at which jobs of its own are created, by the tenant's clocks. */
  readonly schedules?: readonly Schedule[];
  /** The handlers of events of this or another module. */
  readonly subscribers?: readonly Subscriber<NoInfer<Services>>[];
  /** Its own loop, in each pod that does jobs. */
  loop?(services: NoInfer<Services>, world: LoopWorld): Loop;
  /** Work before the first request. Several replicas may run it at once. */
  prepare?(services: Services): Promise<void>;
}

/** A module that is open in one process. */
export interface OpenModule<Offers = unknown> {
  readonly offers: Offers;
  readonly routes: readonly Route[];
  readonly handlers: readonly JobHandler[];
  /** Opens its loops. */
  loops(world: LoopWorld): readonly Loop[];
  prepare(): Promise<void>;
}

/** A part of the ISP's API with its own tables, in the form that the core uses. */
export interface Module<Offers = unknown> extends Declarations, Work {
  readonly needs: readonly Module[];
  /** `needs`: the offers of the needed modules, in their order. */
  open(
    world: ModuleWorld,
    given: { readonly registry: Registry; readonly needs: readonly unknown[] },
  ): OpenModule<Offers>;
}

/** Creates a module from its definition. Its services are opened once and passed to all of its parts. */
export function defineModule<
  Services,
  Metrics extends DeclaredMetrics = Record<never, never>,
  const Needs extends readonly Module[] = readonly [],
  Offers = undefined,
  const Uses extends readonly (keyof ModuleWorld)[] = readonly [],
>(definition: ModuleDefinition<Services, Metrics, Needs, Offers, Uses>): Module<Offers> {
  const {
    uses,
    open,
    offers,
    routes,
    loop,
    prepare,
    jobs = [],
    subscribers = [],
    ...declarations
  } = definition;
  const workers = [...jobs, ...subscribers];
  const { schedules = [] } = declarations;
  refuseUnworked(declarations.name, schedules, workers);
  return {
    ...declarations,
    needs: declarations.needs ?? [],
    jobs: workers.map(({ job }) => job),
    schedules,
    subscriptions: subscribers.map(({ event, job }) => ({ event, job })),
    open(world, { registry, needs }) {
      const meters = openMeters(registry, declarations.name, declarations.metrics ?? ({} as Metrics));
      const services = open(usedOf(world, uses), { meters, needs: needs as OffersOf<Needs> });
      const ownRoutes = routes(services);
      return {
        offers: offers?.(services) as Offers,
        routes: ownRoutes,
        handlers: [
          ...workers.map(({ job, run }) => ({
            ...job,
            run: (transaction: Transaction, input: unknown, signal: AbortSignal) =>
              run(services, transaction, input, signal),
          })),
          ...ownRoutes.flatMap(({ starts }) =>
            starts === undefined ? [] : operationHandler(starts, world.licence),
          ),
        ],
        loops: (own) => (loop === undefined ? [] : [loop(services, own)]),
        prepare: async () => prepare?.(services),
      };
    },
  };
}

function refuseUnworked(
  module: string,
  schedules: readonly Schedule[],
  workers: readonly { readonly job: Job }[],
): void {
  for (const { name, job } of schedules) {
    if (workers.some((worker) => worker.job.kind === job.kind)) continue;
    throw new Error(
      `the schedule ${name} of the module ${module} creates the job ${job.kind}, which it does not do: add it to its jobs`,
    );
  }
}

function usedOf<Uses extends readonly (keyof ModuleWorld)[]>(world: ModuleWorld, uses?: Uses): Used<Uses> {
  return Object.fromEntries((uses ?? []).map((name) => [name, world[name]])) as Used<Uses>;
}
