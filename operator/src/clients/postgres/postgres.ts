import pg from "pg";
import { databaseError, FencedError, hasSqlState, outOfMemory } from "./errors.ts";

/** The address of PostgreSQL and the operator's login. */
export interface PostgresAddress {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Called for each new connection, so that a rotated password needs no restart. */
  readonly password: () => Promise<string>;
  /**
   * The CA certificates (PEM) that must have issued the server's certificate, read for each new connection. Its name
   * must be `host`.
   */
  readonly ca: () => string;
}

export interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[];
}

/** Runs statements inside one transaction. */
export interface Transaction {
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** The timeout of one query. node-postgres accepts it, but its types do not declare it. */
interface TimedQuery extends pg.QueryConfig {
  readonly query_timeout: number;
}

/** Milliseconds. */
export interface TransactionOptions {
  /** Timeout of one statement, default 20 s. */
  readonly statementTimeout?: number;
}

/** The platform's PostgreSQL server, reached directly and not through the pooler. */
export interface Postgres extends AsyncDisposable {
  /** Host and port, for messages. */
  readonly server: string;
  /** Reads outside of any transaction. */
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** A transaction that no epoch guards. Use it only to establish the epoch. */
  transaction<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    options?: TransactionOptions,
  ): Promise<Result>;
  /**
   * A transaction that commits only while `epoch` is the current one. It locks the epoch's row until it ends, so a new
   * leader's epoch begins after it.
   * @throws FencedError when another replica leads now.
   */
  fenced<Result>(epoch: number, work: (transaction: Transaction) => Promise<Result>): Promise<Result>;
}

const connectTimeout = 5_000;
const statementTimeout = 20_000;
const lockTimeout = 5_000;

/** Opens a pool. It connects, and reconnects, on demand. */
export function connectPostgres(address: PostgresAddress): Postgres {
  const server = `${address.host}:${address.port}`;
  const pool = new pg.Pool(poolConfig(address));
  // The pool reports a connection that dies while idle only here. The next query opens another.
  pool.on("error", () => {});

  async function transaction<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    { statementTimeout: timeout = statementTimeout }: TransactionOptions = {},
  ): Promise<Result> {
    const client = await pool
      .connect()
      .catch((error: unknown) => Promise.reject(databaseError(error, server)));
    let broken: Error | undefined;
    try {
      await client.query("BEGIN");
      if (timeout !== statementTimeout) await client.query(`SET LOCAL statement_timeout = ${timeout}`);
      const result = await work({
        query: async (text, values = []) => {
          const query: TimedQuery = { text, values: [...values], query_timeout: clientTimeout(timeout) };
          return (await client.query(query)).rows;
        },
      });
      await client.query("COMMIT");
      return result;
    } catch (error) {
      await client.query("ROLLBACK").catch((rollbackError: Error) => {
        broken = rollbackError;
      });
      const failure = databaseError(error, server);
      // The process keeps the memory that it has taken, so the next transaction gets another.
      if (hasSqlState(failure, outOfMemory)) broken = failure;
      throw failure;
    } finally {
      client.release(broken);
    }
  }

  return {
    server,
    transaction,
    async query(text, values) {
      try {
        return (await pool.query(text, mutable(values))).rows;
      } catch (error) {
        throw databaseError(error, server);
      }
    },
    fenced: (epoch, work) =>
      transaction(async (inside) => {
        await holdEpoch(inside, epoch);
        return work(inside);
      }),
    [Symbol.asyncDispose]: () => pool.end(),
  };
}

function poolConfig(address: PostgresAddress): pg.PoolConfig {
  return {
    host: address.host,
    port: address.port,
    database: address.database,
    user: address.user,
    password: address.password,
    ssl: {
      // The driver reads it for each connection.
      get ca() {
        return address.ca();
      },
      rejectUnauthorized: true,
    },
    application_name: "dotmac-operator",
    // In a schema of the search path, a role that may create functions could hide a function of PostgreSQL.
    options: "-c search_path=pg_catalog,pg_temp",
    max: 4,
    idleTimeoutMillis: 60_000,
    maxLifetimeSeconds: 3_600,
    connectionTimeoutMillis: connectTimeout,
    keepAlive: true,
    statement_timeout: statementTimeout,
    lock_timeout: lockTimeout,
    idle_in_transaction_session_timeout: statementTimeout,
    query_timeout: clientTimeout(statementTimeout),
  };
}

/** Longer than the server's timeout: it takes effect only when the network is gone. */
function clientTimeout(serverTimeout: number): number {
  return serverTimeout + 5_000;
}

async function holdEpoch(transaction: Transaction, epoch: number): Promise<void> {
  const [row] = await transaction.query<{ epoch: string }>(
    "SELECT epoch FROM public.operator_epoch FOR SHARE",
  );
  const current = Number(row?.epoch ?? 0);
  if (current !== epoch) throw new FencedError(epoch, current);
}

function mutable(values: readonly unknown[] | undefined): unknown[] | undefined {
  return values && [...values];
}
