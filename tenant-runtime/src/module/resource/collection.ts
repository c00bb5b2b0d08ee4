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

/** What a resource has at least. */
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
  Restrictions extends Filters,
> {
  readonly world: Pick<ModuleWorld, "database" | "cache" | "recorder">;
  readonly entity: Entity<Event, string>;
  readonly table: Table<Own>;
  readonly listing: Listing<RowOf<Own>, Restrictions>;
  /** The resource that a row holds. */
  readonly open: (row: RowOf<Own>) => Value;
  /** Whether rows are kept in the cache: only those without personal data in clear. */
  readonly cached?: boolean;
}

/** The rows of one table as resources. Each method but the steps is one transaction. */
export interface Collection<Value extends Item, Event extends string, Own extends Filters> {
  list(query: ListQuery<Own>): Promise<Page<Value>>;
  /** Throws NOT_FOUND, as do the following. */
  retrieve(id: string): Promise<Value>;
  /** Has `write` insert the row `id`; records `created` with what it gives. */
  create(command: Command, id: string, write: (transaction: Transaction) => Promise<Details>): Promise<Value>;
  /**
   * Has `write` change the locked resource; records `event` with what it gives, or nothing when it gives undefined because
   * nothing is to be changed. Throws PRECONDITION_FAILED when the command expects another version.
   */
  change(
    command: Command,
    id: string,
    event: Event,
    write: Change<Value, Details | undefined>,
  ): Promise<Value>;
  /** Has `write` remove the locked resource; records `deleted` with what it gives. Throws PRECONDITION_FAILED. */
  remove(command: Command, id: string, write: Change<Value, Details>): Promise<void>;
  /** Steps of a command that is made of more. */
  readonly steps: {
    /** Runs the command's transaction, then forgets what the cache holds. */
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

type Change<Value, Given> = (transaction: Transaction, current: Value) => Promise<Given>;

/** The commands and queries that all resources have in common. */
export function createCollection<
  Own extends Columns,
  Value extends Item,
  Event extends string,
  Restrictions extends Filters,
>(options: CollectionOptions<Own, Value, Event, Restrictions>): Collection<Value, Event, Restrictions> {
  const { world, entity, table, listing, open, cached = false } = options;
  const { database, cache, recorder } = world;
  const scope = entity.topic?.name ?? entity.type;

  const run: Collection<Value, Event, Restrictions>["steps"]["run"] = async (command, work) => {
    const result = await carryOut(database, command, work);
    if (cached) await cache.invalidate(scope);
    return result;
  };

  const read = async (transaction: Transaction, id: string) =>
    open(existing(await table.find(transaction, id)));

  const lock = async (transaction: Transaction, id: string, { expected }: Command) => {
    const current = open(existing(await table.lock(transaction, id)));
    requireVersion(expected, current.version);
    return current;
  };

  const record: Collection<Value, Event, Restrictions>["steps"]["record"] = (
    transaction,
    { actor },
    happening,
  ) => recorder.change(transaction, entity, { ...happening, actor });

  const find = (id: string) =>
    database.transaction(async (transaction) => (await table.find(transaction, id)) ?? null);

  return {
    steps: { run, lock, read, record },

    async list(query) {
      const { items, next } = await database.transaction((transaction) => listing.page(transaction, query));
      return { items: items.map(open), next };
    },

    async retrieve(id) {
      const row = cached ? await cache.through(scope, id, () => find(id)) : await find(id);
      return open(existing(row));
    },

    create: (command, id, write) =>
      run(command, async (transaction) => {
        const details = await write(transaction);
        await record(transaction, command, { id, verb: "created" as Event, details });
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
        await record(transaction, command, { id, verb: "deleted" as Event, details });
      }),
  };
}

function existing<Row>(row: Row | null | undefined): Row {
  if (row === undefined || row === null) throw new AppError("NOT_FOUND");
  return row;
}
