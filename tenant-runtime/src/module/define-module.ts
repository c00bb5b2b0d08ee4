import type { Route } from "../http/route/route.ts";
import type { UserVersions } from "../platform/access/authenticator.ts";
import type { Grants } from "../platform/access/roles.ts";
import type { ErrorKind } from "../platform/base/errors.ts";
import type { Entity } from "./entity.ts";
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

/** A module whose parts work with its own `Services`. */
export interface ModuleDefinition<Services> extends Declarations {
  open(world: ModuleWorld): Services;
  routes(services: Services): readonly Route[];
  /** What must be there before the first request; any number of replicas may do it at once. */
  prepare?(services: Services): Promise<void>;
}

/** A module that works in one process. */
export interface OpenModule {
  readonly routes: readonly Route[];
  prepare(): Promise<void>;
}

/** A part of the ISP's API with its own tables, as the core sees it. */
export interface Module extends Declarations {
  open(world: ModuleWorld): OpenModule;
}

/** Makes a module of its definition: its services are opened once and reach all of its parts. */
export function defineModule<Services>(definition: ModuleDefinition<Services>): Module {
  const { open, routes, prepare, ...declarations } = definition;
  return {
    ...declarations,
    open(world) {
      const services = open(world);
      return {
        routes: routes(services),
        prepare: async () => prepare?.(services),
      };
    },
  };
}
