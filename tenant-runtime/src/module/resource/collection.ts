import { AppError } from "../../platform/base/errors.ts";
import { requireVersion } from "../../platform/base/expected-version.ts";
import type { Transaction } from "../../platform/database/database.ts";
import { type Command, carryOut } from "../../platform/events/command.ts";
import type { Entity } from "../entity.ts";
import type { Details } from "../record.ts";
import type { RowOf } from "../table/column.ts";
import type { Filter, Listing, ListQuery, Page } from "../table/listing.ts";
import type { Columns, Table } from "../table/table.ts";
import type { ModuleWorld } from "../world.ts";

/** The fields that every resource has. */
export interface Item {
  readonly id: string;
  /** Grows by one with every change. */
  readonly version: string;
}

type Filters = Readonly<Record<string, Filter>>;

export interface CollectionOptions<
  Own extends Columns,
  Value extends Item,
  Event extends string,
  Action extends string,
  Restrictions extends Filters,
> {
  readonly world: Pick<ModuleWorld, "database" | "cache" | "recorder">;
  readonly entity: Entity<Event, Action>;
  readonly table: Table<Own>;
  readonly listing: Listing<RowOf<Own>, Restrictions>;
  /** Converts a row to its resource. */
  readonly open: (row: RowOf<Own>) => Value;
  /** Whether rows are cached. In the cache, sealed columns stay sealed, and clear ones are clear. */
  readonly cached?: boolean;
}

/** A method that records this verb. It cannot be called where the entity does not declare the verb. */
type Recording<Verb extends string, Declared extends string, Method> = Verb extends Declared ? Method : never;

/** The rows of one table as resources. Each method except the steps is one transaction. */
export interface Collection<
  Value extends Item,
  Event extends string,
  Action extends string,
  Own extends Filters,
> {
  list(query: ListQuery<Own>): Promise<Page<Value>>;
  /** Throws NOT_FOUND, as do the following. */
  retrieve(id: string): Promise<Value>;
  /** Calls `write` to insert the row `id`, and records `created` with the details that it returns. */
  readonly create: Recording<
    "created",
    Event,
    (command: Command, id: string, write: (transaction: Transaction) => Promise<Details>) => Promise<Value>
  >;
  /**
   * Calls `write` to change the locked resource, and records `event` with the details that it returns. Undefined means
   * that nothing changed, and nothing is recorded. Throws PRECONDITION_FAILED when the command expects another version.
   */
  change(
    command: Command,
    id: string,
    event: Event,
    write: Change<Value, Details | undefined>,
  ): Promise<Value>;
  /**
   * Calls `write` to remove the locked resource, and records `deleted` with its details. Throws PRECONDITION_FAILED.
   */
  readonly remove: Recording<
    "deleted",
    Event,
    (command: Command, id: string, write: Change<Value, Details>) => Promise<void>
  >;
  /** All resources of the query in its order, in pages. Records `exported` before the first page. */
  readonly export: Recording<
    "exported",
    Event | Action,
    (command: Command, query: ListQuery<Own>) => AsyncGenerator<readonly Value[]>
  >;
  /** Steps for commands that consist of several. */
  readonly steps: {
    /** Runs the command in its transaction. Once that has committed, the cache is invalidated, however many commands it holds. */
    run<Result>(command: Command, work: (transaction: Transaction) => Promise<Result>): Promise<Result>;
    /** Locks the resource. Throws NOT_FOUND or PRECONDITION_FAILED. */
    lock(transaction: Transaction, id: string, command: Command): Promise<Value>;
    read(transaction: Transaction, id: string): Promise<Value>;
    record(
      transaction: Transaction,
      command: Command,
      happening: { readonly id: string; readonly verb: Event; readonly details: Details },
    ): Promise<void>;
  };
}

const exportPage = 500;

type Change<Value, Given> = (transaction: Transaction, current: Value) => Promise<Given>;

/** The commands and queries that all resources share. */
export function createCollection<
  Own extends Columns,
  Value extends Item,
  Event extends string,
  Action extends string,
  Restrictions extends Filters,
>(
  options: CollectionOptions<Own, Value, Event, Action, Restrictions>,
): Collection<Value, Event, Action, Restrictions>;
export function createCollection<Own extends Columns, Value extends Item, Restrictions extends Filters>(
  options: CollectionOptions<Own, Value, string, string, Restrictions>,
): Collection<Value, string, string, Restrictions> {
  const { world, entity, table, listing, open, cached = false } = options;
  const { database, cache, recorder } = world;
  const steps = stepsOf(options);
  const { run, lock, read, record } = steps;
  const find = (id: string) =>
    database.transaction(async (transaction) => (await table.find(transaction, id)) ?? null);

  return {
    steps,

    async list(query) {
      const { items, next } = await database.transaction((transaction) => listing.page(transaction, query));
      return { items: items.map(open), next };
    },

    async *export({ actor }, query) {
      const restrictions = Object.keys(query).filter((name) => !["sort", "limit", "cursor"].includes(name));
      const details = { filters: restrictions, sort: query.sort };
      await database.transaction((transaction) =>
        recorder.note(transaction, entity, { verb: "exported", id: "*", actor, details }),
      );
      for await (const rows of listing.pages(database, { ...query, limit: exportPage })) yield rows.map(open);
    },

    async retrieve(id) {
      const row = cached ? await cache.through(scopeOf(entity), id, () => find(id)) : await find(id);
      return open(existing(row));
    },

    create: (command, id, write) =>
      run(command, async (transaction) => {
        const details = await write(transaction);
        await record(transaction, command, { id, verb: "created", details });
        return read(transaction, id);
      }),

    change: (command, id, verb, write) =>
      run(command, async (transaction) => {
        const current = await lock(transaction, id, command);
        const details = await write(transaction, current);
        if (details === undefined) return current;
        await record(transaction, command, { id, verb, details });
        return read(transaction, id);
      }),

    remove: (command, id, write) =>
      run(command, async (transaction) => {
        const details = await write(transaction, await lock(transaction, id, command));
        await record(transaction, command, { id, verb: "deleted", details });
      }),
  };
}

function stepsOf<Own extends Columns, Value extends Item, Restrictions extends Filters>({
  world: { database, cache, recorder },
  entity,
  table,
  open,
  cached = false,
}: CollectionOptions<Own, Value, string, string, Restrictions>): Collection<
  Value,
  string,
  string,
  Restrictions
>["steps"] {
  const scope = scopeOf(entity);
  return {
    run: (command, work) =>
      carryOut(database, command, async (transaction) => {
        const result = await work(transaction);
        if (cached) transaction.afterCommitOnce(`invalidate ${scope}`, () => cache.invalidate(scope));
        return result;
      }),

    read: async (transaction, id) => open(existing(await table.find(transaction, id))),

    async lock(transaction, id, { expected }) {
      const current = open(existing(await table.lock(transaction, id)));
      requireVersion(expected, current.version);
      return current;
    },

    record: (transaction, { actor }, happening) =>
      recorder.change(transaction, entity, { ...happening, actor }),
  };
}

/** The part of the cache that holds these rows. */
function scopeOf({ topic, type }: Entity): string {
  return topic?.name ?? type;
}

function existing<Row>(row: Row | null | undefined): Row {
  if (row === undefined || row === null) throw new AppError("NOT_FOUND");
  return row;
}
