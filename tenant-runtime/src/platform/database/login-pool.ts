import pg from "pg";
import type { Login } from "../../../../contract/secret-files.ts";
import type { Queries } from "./database.ts";
import { asAppError, asReferenceError, connectionSurvives } from "./database-errors.ts";

export interface PoolSettings {
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly poolSize: number;
  readonly statementTimeoutMs: number;
  /** PEM of the platform's CA, read at each connection. */
  readonly ca: () => string;
}

const connectTimeoutMs = 5_000;
// An idle tenant has no connection, because a thousand tenants would have a thousand at the pooler.
const idleTimeoutMs = 5_000;
// The server's own timeout is shorter. This one is for a server that does not answer.
const silenceMs = 5_000;

/** Connections of one login. A replaced login is drained as a whole. */
export class LoginPool {
  readonly user: string;
  readonly #pool: pg.Pool;
  readonly #begin: string;
  #open = 0;
  #answers = 0;
  #emptied: () => void = () => {};

  constructor(settings: PoolSettings, login: Login) {
    this.user = login.user;
    this.#begin = `BEGIN; SET LOCAL statement_timeout = ${settings.statementTimeoutMs}`;
    this.#pool = new pg.Pool({
      host: settings.host,
      port: settings.port,
      database: settings.name,
      user: login.user,
      password: login.password,
      ssl: {
        // Read by the driver for each connection.
        get ca() {
          return settings.ca();
        },
        servername: settings.host,
        rejectUnauthorized: true,
      },
      min: 0,
      max: settings.poolSize,
      idleTimeoutMillis: idleTimeoutMs,
      connectionTimeoutMillis: connectTimeoutMs,
      query_timeout: settings.statementTimeoutMs + silenceMs,
      allowExitOnIdle: true,
    });
    // A broken connection fails its query. A broken idle connection fails nothing. Without listeners either would
    // end the process.
    this.#pool.on("error", () => {});
    this.#pool.on("connect", (client) => client.on("error", () => {}));
  }

  get counts() {
    const { totalCount: open, idleCount: idle, waitingCount: waiting } = this.#pool;
    return { open, idle, waiting };
  }

  /**
   * The number of statements that the server has answered, including errors. An increase proves that it is
   * available.
   */
  get answers(): number {
    return this.#answers;
  }

  async transaction<Result>(work: (transaction: Queries) => Promise<Result>): Promise<Result> {
    this.#open += 1;
    try {
      return await this.#run(work);
    } finally {
      this.#close();
    }
  }

  #close(): void {
    this.#open -= 1;
    if (this.#open === 0) this.#emptied();
  }

  #connect(): Promise<pg.PoolClient> {
    return this.#pool.connect().catch((error) => {
      throw asAppError(error);
    });
  }

  /** Runs one statement in a transaction of its own: one query at the pooler instead of three. */
  async query<Row extends object>(text: string, values?: readonly unknown[]) {
    this.#open += 1;
    try {
      const client = await this.#connect();
      let broken = false;
      try {
        return await this.#transactionOn(client).query<Row>(text, values);
      } catch (error) {
        broken = !connectionSurvives(error);
        throw asAppError(error);
      } finally {
        client.release(broken);
      }
    } finally {
      this.#close();
    }
  }

  async #run<Result>(work: (transaction: Queries) => Promise<Result>): Promise<Result> {
    const client = await this.#connect();
    let broken = false;
    const transaction = this.#transactionOn(client);
    try {
      await transaction.query(this.#begin);
      const result = await work(transaction);
      await transaction.query("COMMIT");
      return result;
    } catch (error) {
      broken = !(await rolledBack(client));
      throw asAppError(error);
    } finally {
      client.release(broken);
    }
  }

  #transactionOn(client: pg.PoolClient): Queries {
    return {
      query: async <Row extends object>(text: string, values?: readonly unknown[]) => {
        const { rows, rowCount } = await this.#answered(client.query<Row>(text, values && [...values])).catch(
          (error) => {
            throw asReferenceError(error, text);
          },
        );
        return { rows, rowCount: rowCount ?? 0 };
      },
    };
  }

  async #answered<Result>(statement: Promise<Result>): Promise<Result> {
    try {
      const result = await statement;
      this.#answers += 1;
      return result;
    } catch (error) {
      if (connectionSurvives(error)) this.#answers += 1;
      throw error;
    }
  }

  /**
   * Resolves when the last transaction has ended and every connection is closed. The driver's pool forgets waiting
   * callers when it ends, so it ends last.
   */
  async drain(): Promise<void> {
    if (this.#open > 0) await new Promise<void>((resolve) => (this.#emptied = resolve));
    await this.#pool.end();
  }
}

async function rolledBack(client: pg.PoolClient): Promise<boolean> {
  try {
    await client.query("ROLLBACK");
    return true;
  } catch {
    return false;
  }
}
